import type { Field, Fields, IntegerField, Params, ParamValue } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { NodeDeclaration, Port, Ports } from '../layers/contract.ts';
import { catalogue } from './catalogue.ts';
import { checkParams, completeParams } from './check-params.ts';
import { type BlockDefinition, type DocumentNode, documentLimits, repeatField } from './schema.ts';

/** Types of the nodes that stand for a block's ports inside it; each has one port of its own, called `x`. */
export const portTypes = { input: 'block-input', output: 'block-output' } as const;
const portEnd = 'x';

const prefix = 'block:';
/** The type of the instances of a block. */
export const blockType = (id: string): string => `${prefix}${id}`;
const idOfType = (type: string): string | undefined =>
  type.startsWith(prefix) ? type.slice(prefix.length) : undefined;

export type Blocks = readonly BlockDefinition[];

/** The block that nodes of this type are instances of. */
export function blockOf(blocks: Blocks, type: string): BlockDefinition | undefined {
  const id = idOfType(type);
  return id === undefined ? undefined : blocks.find((block) => block.id === id);
}

export const isBlockType = (type: string): boolean => type.startsWith(prefix);
export const isPortType = (type: string): boolean => type === portTypes.input || type === portTypes.output;

/** The nodes that are a block's ports, from top to bottom as they are drawn. */
export const portNodes = (
  { nodes }: Pick<BlockDefinition, 'nodes'>,
  side: 'input' | 'output',
): DocumentNode[] =>
  nodes.filter(({ type }) => type === portTypes[side]).toSorted((a, b) => a.position.y - b.position.y);

const end = (label: Port['label']): Port => ({ name: portEnd, label, carries: 'any' });

const portDeclarations: ReadonlyMap<string, NodeDeclaration> = new Map(
  [
    {
      type: portTypes.input,
      shortName: 'in',
      title: text('Input', '输入'),
      inputs: [],
      outputs: [end(text('inside', '块内'))],
    },
    {
      type: portTypes.output,
      shortName: 'out',
      title: text('Output', '输出'),
      inputs: [end(text('inside', '块内'))],
      outputs: [],
    },
  ].map(({ type, shortName, title, inputs, outputs }): [string, NodeDeclaration] => [
    type,
    { type, shortName, title, category: 'block', fields: {}, ports: { inputs, outputs }, face: () => '' },
  ]),
);

const repeatDeclaration: IntegerField = {
  kind: 'integer',
  label: text('Repeat', '重复次数'),
  help: text(
    'How many times it is passed through, one after the other, each time with weights of its own. Outputs go on to the inputs in the same place.',
    '依次经过多少次，每次使用各自的权重。输出接到同一位置的输入。',
  ),
  min: 1,
  max: documentLimits.repeat,
  default: 1,
};

const declared = new WeakMap<Blocks, Map<string, NodeDeclaration | undefined>>();

/** What is declared of a type of node: of a layer, of a block among `blocks`, or of an end inside a block. */
export function declarationOf(blocks: Blocks, type: string): NodeDeclaration | undefined {
  const layer = catalogue.get(type) ?? portDeclarations.get(type);
  if (layer !== undefined) return layer;
  const block = blockOf(blocks, type);
  if (block === undefined) return undefined;
  const known = declared.get(blocks) ?? new Map<string, NodeDeclaration | undefined>();
  declared.set(blocks, known);
  if (!known.has(type)) {
    // Whoever asks for it while it is being made asks for a block that contains itself.
    known.set(type, undefined);
    known.set(type, declareBlock(blocks, block, type));
  }
  return known.get(type);
}

/** The ports that a node has with its parameters; with the default ones where those cannot be used. */
export function portsOf(declaration: NodeDeclaration, params: Params): Ports {
  const { fields, ports } = declaration;
  if (declaration.usedPorts === undefined) return ports;
  const isSound = checkParams(fields, params).length === 0;
  return declaration.usedPorts(completeParams(fields, isSound ? params : {}));
}

/** Those of a node of a drawing; none where its type is not known. */
export function nodePorts(blocks: Blocks, { type, params }: Pick<DocumentNode, 'type' | 'params'>): Ports {
  const declaration = declarationOf(blocks, type);
  return declaration === undefined ? { inputs: [], outputs: [] } : portsOf(declaration, params);
}

function declareBlock(blocks: Blocks, block: BlockDefinition, type: string): NodeDeclaration {
  const port = ({ id, name }: DocumentNode): Port => ({ name: id, label: text(name, name), carries: 'any' });
  return {
    type,
    shortName: block.name,
    title: text(block.name, block.name),
    category: 'block',
    fields: { ...exposedFields(blocks, block), [repeatField]: repeatDeclaration },
    ports: {
      inputs: portNodes(block, 'input').map(port),
      outputs: portNodes(block, 'output').map(port),
    },
    face: () => '',
  };
}

/** The fields that a block's instances show: each as the first field inside that takes its value is declared. */
function exposedFields(blocks: Blocks, block: BlockDefinition): Fields {
  const nodes = new Map(block.nodes.map((node) => [node.id, node]));
  const fields: Record<string, Field> = {};
  for (const {
    name,
    label,
    fields: [first],
  } of block.exposed) {
    const node = first && nodes.get(first.node);
    const field = node && declarationOf(blocks, node.type)?.fields[first?.field ?? ''];
    if (first === undefined || node === undefined || field === undefined) continue;
    const { when: _, ...always } = field;
    const value = node.params[first.field] ?? field.default;
    fields[name] = {
      ...always,
      ...(label !== undefined && { label: typeof label === 'string' ? text(label, label) : label }),
      default: typeof value === typeof field.default ? value : field.default,
    } as Field;
  }
  return fields;
}

/** What an instance's values, its own or the block's, make of the fields inside: by node id, by field. */
function boundValues(
  blocks: Blocks,
  block: BlockDefinition,
  params: Params,
): ReadonlyMap<string, Readonly<Record<string, ParamValue>>> {
  const fields = declarationOf(blocks, blockType(block.id))?.fields ?? {};
  const values = completeParams(fields, params);
  const wrong = new Set(checkParams(fields, params).map(({ field }) => field));
  const bound = new Map<string, Record<string, ParamValue>>();
  for (const { name, fields: inner } of block.exposed) {
    const value = wrong.has(name) ? fields[name]?.default : values[name];
    if (value === undefined) continue;
    for (const { node, field, times = 1 } of inner) {
      const own = bound.get(node) ?? {};
      own[field] = typeof value === 'number' ? value * times : value;
      bound.set(node, own);
    }
  }
  return bound;
}

/** How often an instance is passed through. */
export function roundsOf(params: Params): number {
  const value = params[repeatField];
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= documentLimits.repeat
    ? (value as number)
    : 1;
}

/** The nodes inside a block with the values that an instance gives them. */
export function withValues(blocks: Blocks, block: BlockDefinition, params: Params): readonly DocumentNode[] {
  if (block.exposed.length === 0) return block.nodes;
  const bound = boundValues(blocks, block, params);
  return block.nodes.map((node) => {
    const values = bound.get(node.id);
    return values === undefined ? node : { ...node, params: merged(node.params, values) };
  });
}

const mergedBefore = new WeakMap<Params, Map<string, Record<string, ParamValue>>>();

/** The same object for the same values, because inference is remembered by it. */
function merged(params: Params, values: Params): Record<string, ParamValue> {
  const key = JSON.stringify(values);
  const before = mergedBefore.get(params) ?? new Map<string, Record<string, ParamValue>>();
  mergedBefore.set(params, before);
  const made = before.get(key) ?? { ...params, ...values };
  if (before.size > 256) before.clear();
  before.set(key, made);
  return made;
}
