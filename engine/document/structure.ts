import type { Place, Problem } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { type Blocks, declarationOf, isBlockType, isPortType, portsOf } from './blocks.ts';
import { catalogue } from './catalogue.ts';
import { checkParams } from './check-params.ts';
import type { DocumentNode, Parts, Wire } from './schema.ts';
import { topologyOf } from './topology.ts';

/** What is wrong with nodes and wires as they are drawn. `place` is what ids begin with there: empty at the top, else `block-1/`. */
export function structureProblems(blocks: Blocks, parts: Parts, place: string): Problem[] {
  return [
    ...nodeProblems(blocks, parts, place === ''),
    ...wireProblems(blocks, parts),
    ...cycleProblems(parts),
  ].map((problem) => ({ ...problem, place: placedIn(place, problem.place) }));
}

const placedIn = (start: string, { node, wire, ...place }: Place): Place => ({
  ...place,
  ...(node !== undefined && { node: start + node }),
  ...(wire !== undefined && { wire: start + wire }),
});

const error = (code: string, place: Place, en: string, zh: string): Problem => ({
  code,
  severity: 'error',
  place,
  message: text(en, zh),
});

function nodeProblems(blocks: Blocks, { nodes }: Parts, isTop: boolean): Problem[] {
  const seen = new Set<string>();
  return nodes.flatMap((node): Problem[] => {
    const { id, type, name } = node;
    const problems: Problem[] = [];
    if (seen.has(id)) {
      problems.push(
        error(
          'duplicate-id',
          { node: id },
          `Two nodes have the id "${id}"; every id must be used once.`,
          `有两个节点使用了同一个 id“${id}”；每个 id 只能使用一次。`,
        ),
      );
    }
    seen.add(id);
    const declaration = declarationOf(blocks, type);
    if (declaration === undefined) problems.push(unknownType(blocks, node));
    else if (isTop && isPortType(type)) {
      problems.push(
        error(
          'port-outside-block',
          { node: id },
          `"${name}" is an end of a block's inside, but stands in no block; remove it.`,
          `“${name}”是块内部的端口，却不在任何块中；请删除它。`,
        ),
      );
    } else if (!isTop && (declaration.category === 'data' || declaration.category === 'loss')) {
      problems.push(
        error(
          'outside-blocks-only',
          { node: id },
          `"${name}" (${declaration.title.en}) stands in a block; data and losses stand outside of blocks, wired to their ports.`,
          `“${name}”（${declaration.title.zh}）位于块内；数据与损失须放在块外，再接到块的端口。`,
        ),
      );
    }
    if (declaration !== undefined && isBlockType(type))
      problems.push(...instanceProblems(node, declaration.fields));
    return problems;
  });
}

function unknownType(blocks: Blocks, { id, type }: DocumentNode): Problem {
  if (isBlockType(type)) {
    const known = blocks.map(({ name }) => `"${name}"`).join(', ') || '–';
    return error(
      'unknown-layer',
      { node: id },
      `There is no block "${type.slice(type.indexOf(':') + 1)}" in this project; its blocks: ${known}.`,
      `此项目中没有块“${type.slice(type.indexOf(':') + 1)}”；已有的块：${known}。`,
    );
  }
  const known = [...catalogue.keys()].join(', ');
  return error(
    'unknown-layer',
    { node: id },
    `There is no layer "${type}"; expected one of: ${known}.`,
    `没有名为“${type}”的层；可用的层：${known}。`,
  );
}

/** What inference says of a layer's parameters; an instance is not inferred as such. */
function instanceProblems(
  { id, name, params, weightsOf }: DocumentNode,
  fields: Parameters<typeof checkParams>[0],
): Problem[] {
  const problems = checkParams(fields, params).map(({ code, field, message: { en, zh } }) =>
    error(code, { node: id, ...(field !== undefined && { field }) }, en, zh),
  );
  if (weightsOf === undefined) return problems;
  const shared = error(
    'shared-weights',
    { node: id },
    `"${name}" is a block, and blocks do not share weights; share those of the layers instead.`,
    `“${name}”是块，块之间不能共用权重；请改为在层之间共用。`,
  );
  return [...problems, shared];
}

function wireProblems(blocks: Blocks, { nodes, wires }: Parts): Problem[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const taken = new Set<string>();
  return wires.flatMap((wire) => {
    const problems = (['from', 'to'] as const).flatMap((end) => endProblems(blocks, byId, wire, end));
    const target = `${wire.to.node} ${wire.to.port}`;
    if (taken.has(target)) {
      const name = byId.get(wire.to.node)?.name ?? wire.to.node;
      problems.push(
        error(
          'two-producers',
          { wire: wire.id, node: wire.to.node, port: wire.to.port },
          `Two wires end at input "${wire.to.port}" of "${name}"; expected one.`,
          `“${name}”的输入“${wire.to.port}”接了两条连线；只能接一条。`,
        ),
      );
    }
    taken.add(target);
    return problems;
  });
}

const sides = {
  from: { ports: 'outputs', en: 'output', zh: '输出' },
  to: { ports: 'inputs', en: 'input', zh: '输入' },
} as const;

function endProblems(
  blocks: Blocks,
  nodes: ReadonlyMap<string, DocumentNode>,
  wire: Wire,
  end: 'from' | 'to',
): Problem[] {
  const { node: id, port } = wire[end];
  const node = nodes.get(id);
  if (node === undefined) {
    return [
      error(
        'missing-node',
        { wire: wire.id },
        `A wire ends at the node "${id}", which does not exist.`,
        `有一条连线指向不存在的节点“${id}”。`,
      ),
    ];
  }
  const { ports, en, zh } = sides[end];
  const declaration = declarationOf(blocks, node.type);
  if (declaration === undefined) return [];
  const own = portsOf(declaration, node.params)[ports];
  if (own.some(({ name }) => name === port)) return [];
  const known = own.map(({ name }) => name).join(', ') || '–';
  return [
    error(
      'missing-port',
      { wire: wire.id, node: node.id, port },
      `"${node.name}" (${declaration.title.en}) has no ${en} "${port}"; its ${en}s: ${known}.`,
      `“${node.name}”（${declaration.title.zh}）没有${zh}“${port}”；它的${zh}：${known}。`,
    ),
  ];
}

function cycleProblems(parts: Parts): Problem[] {
  const { cyclic } = topologyOf(parts);
  const names = cyclic.map(({ name }) => `"${name}"`).join(', ');
  return cyclic.map(({ id }) =>
    error(
      'cycle',
      { node: id },
      `These nodes feed back into themselves: ${names}; remove one of the wires between them.`,
      `这些节点首尾相接成环：${names}；请删去其中一条连线。`,
    ),
  );
}
