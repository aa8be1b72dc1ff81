import { type ParamValue, paramText } from '../../engine/declaration/fields.ts';
import type { Problem } from '../../engine/declaration/problem.ts';
import type { TensorType } from '../../engine/declaration/tensor-type.ts';
import { type Text, text } from '../../engine/declaration/text.ts';
import { declarationOf, isBlockType, portsOf } from '../../engine/document/blocks.ts';
import { checkValue, completeParams, fieldApplies } from '../../engine/document/check-params.ts';
import { freshId } from '../../engine/document/fresh.ts';
import { atLevel, type Level } from '../../engine/document/levels.ts';
import type { DocumentNode, Drawing, Wire } from '../../engine/document/schema.ts';
import { checkWire } from '../../engine/document/wiring.ts';
import { findLibraryBlock } from '../blocks/known-blocks.ts';
import { takenInto } from './add-any.ts';
import { newNode } from './commands.ts';
import { healingWires, withoutParts } from './heal.ts';
import { withRoom } from './insert.ts';
import { identity, newErrors } from './new-errors.ts';
import { ownSizes } from './own-sizes.ts';
import { replacedNode } from './replace.ts';
import { type DocumentState, edit, lookAhead, type Seen, useDocumentStore } from './store.ts';

/** A change after which a problem is gone: it was tried. */
export interface Fix {
  readonly label: Text;
  readonly document: Drawing;
  /** Of several that do the same at other places, the first that helps is enough. */
  readonly once?: string;
}

type Tried = Pick<DocumentState, 'document' | 'analysis' | 'problemsOf'>;

/** How many are offered, and how far back a mismatch is traced. */
const most = 4;
const farthest = 16;

/**
 * What can be done about a problem on a node that is drawn. Every candidate is tried on the drawing, and offered only
 * where the problem is gone, nothing new is wrong with its node, and nothing that does not depend on it breaks.
 */
export function fixesFor(state: Tried, problem: Problem, look: (drawing: Drawing) => Seen): readonly Fix[] {
  const id = problem.place.node;
  const node = id === undefined ? undefined : state.analysis.topology.nodes.get(id);
  if (node === undefined) return [];
  const behind = dependants(state, node.id);
  const found: Fix[] = [];
  for (const candidate of candidates(state, node, problem, look)) {
    if (found.length === most) break;
    const { label, once } = candidate;
    if (found.some((fix) => fix.label.en === label.en || (once !== undefined && fix.once === once))) continue;
    const after = look(candidate.document);
    const isGone = !(after.problemsOf.get(node.id) ?? []).some(
      (other) => identity(other) === identity(problem),
    );
    const others = candidate.document.nodes.map((other) => other.id).filter((other) => !behind.has(other));
    if (isGone && newErrors(state, after, others).length === 0) found.push(candidate);
  }
  return found;
}

/** Everything that a node leads to, without itself. */
function dependants({ analysis }: Tried, start: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const { to } of analysis.topology.outOf.get(id) ?? []) {
      if (seen.has(to.node) || to.node === start) continue;
      seen.add(to.node);
      open.push(to.node);
    }
  }
  return seen;
}

function* candidates(
  state: Tried,
  node: DocumentNode,
  problem: Problem,
  look: (drawing: Drawing) => Seen,
): Generator<Fix> {
  if (problem.code === 'missing-wire') {
    yield* missingWires(state, node, problem.place.port ?? '');
    return;
  }
  if (problem.code === 'shared-weights') {
    const { weightsOf: _, ...own } = node;
    yield {
      label: text(`Give ${node.name} its own weights`, `让 ${node.name} 使用自己的权重`),
      document: withNode(state.document, own),
    };
    return;
  }
  if (problem.code === 'all-frozen') {
    const { frozen, ...free } = node;
    if (frozen)
      yield {
        label: text(`Unfreeze ${node.name}`, `解冻 ${node.name}`),
        document: withNode(state.document, free),
      };
    return;
  }
  if (problem.code === 'block-in-itself') {
    yield removal(state, node, look);
    return;
  }
  const { field, port } = problem.place;
  // A warning is about what a person may want, and no block in another's place changes that.
  if (problem.severity === 'warning') {
    if (field !== undefined) yield* valuesOf(state.document, node, field);
    return;
  }
  for (const size of ownSizes(state.document.blocks, node, state))
    yield* setting(state.document, node, size.field, size.value);
  yield* projection(state, node);
  yield* samePadding(state.document, node);
  if (field !== undefined) yield* valuesOf(state.document, node, field);
  const into = state.analysis.topology.into.get(node.id) ?? [];
  // What a problem names is tried first, but the fault may lie with the other input.
  const wires = into.toSorted((a, b) => Number(b.to.port === port) - Number(a.to.port === port));
  for (const wire of wires) yield* upstreamValues(state, wire, expectedAt(state, node, wire));
  for (const wire of wires) yield* insertions(state, wire, expectedAt(state, node, wire));
  for (const wire of wires) yield* paddings(state, wire);
}

/** The drawing without a node; what fed it goes on to what it fed, where that fits. */
function removal({ document, ...seen }: Tried, node: DocumentNode, look: (drawing: Drawing) => Seen): Fix {
  const gone = new Set([node.id]);
  const cut = withoutParts(document, gone, new Set());
  const healing = healingWires(document, seen, look, gone, new Set());
  return {
    label: text(`Remove ${node.name}`, `移除 ${node.name}`),
    document: { ...cut, wires: [...cut.wires, ...healing] },
  };
}

const withNode = (document: Drawing, node: DocumentNode): Drawing => ({
  ...document,
  nodes: document.nodes.map((other) => (other.id === node.id ? node : other)),
});

function setting(document: Drawing, node: DocumentNode, field: string, value: ParamValue): Fix[] {
  const definition = declarationOf(document.blocks, node.type)?.fields[field];
  if (definition === undefined || node.params[field] === value || checkValue(definition, value) !== undefined)
    return [];
  const shown =
    definition.kind === 'choice'
      ? definition.options.find((option) => option.value === value)?.label
      : undefined;
  const { en, zh } = shown ?? text(paramText(value), paramText(value));
  const { label } = definition;
  return [
    {
      label: text(`Set ${label.en} of ${node.name} to ${en}`, `把 ${node.name} 的${label.zh}设为 ${zh}`),
      document: withNode(document, { ...node, params: { ...node.params, [field]: value } }),
    },
  ];
}

/** The library's residual block that changes channels, in the place of one that cannot, with the size kept. */
function projection(state: Tried, node: DocumentNode): Fix[] {
  const projected = findLibraryBlock('library:residual-down');
  if (!isBlockType(node.type) || projected === undefined) return [];
  const { title } = projected;
  const { type, blocks } = takenInto(state.document.blocks, projected);
  if (type === node.type) return [];
  const replacement = replacedNode({ ...state.document, blocks }, state, node.id, type);
  if (replacement === undefined || replacement.lost > 0) return [];
  return [
    {
      label: text(`Use “${title.en}” in place of ${node.name}`, `把 ${node.name} 换成“${title.zh}”`),
      document: withNode(replacement.document, {
        ...replacement.node,
        params: { ...replacement.node.params, stride: 1 },
      }),
    },
  ];
}

/** Values near the one that is refused: the nearest numbers, the other choices. */
function* valuesOf(document: Drawing, node: DocumentNode, field: string): Generator<Fix> {
  const fields = declarationOf(document.blocks, node.type)?.fields ?? {};
  const definition = fields[field];
  const value = completeParams(fields, node.params)[field];
  if (definition?.kind === 'choice') {
    for (const option of definition.options) yield* setting(document, node, field, option.value);
  } else if (definition?.kind === 'integer' && typeof value === 'number') {
    const within = Math.min(Math.max(Math.round(value), definition.min), definition.max);
    yield* setting(document, node, field, within);
    for (let by = 1; by <= 16; by++) {
      yield* setting(document, node, field, within - by);
      yield* setting(document, node, field, within + by);
    }
  } else if (definition?.kind === 'number' && typeof value === 'number') {
    yield* setting(document, node, field, Math.min(Math.max(value, definition.min), definition.max));
    yield* setting(document, node, field, definition.default);
  }
}

/** Zeros around what a window looks at, so that it does not run out of it. */
function* samePadding(document: Drawing, node: DocumentNode): Generator<Fix> {
  const fields = declarationOf(document.blocks, node.type)?.fields ?? {};
  const padding = fields['padding'];
  if (padding?.kind === 'choice') yield* setting(document, node, 'padding', 'same');
  if (fields['pad'] === undefined || !fieldApplies(fields['pad'], completeParams(fields, node.params)))
    return;
  for (let pad = 1; pad <= 3; pad++) yield* setting(document, node, 'pad', pad);
}

/** What the other input of a node has, or what a loss' answers ask of a prediction. */
function expectedAt({ analysis }: Tried, node: DocumentNode, wire: Wire): TensorType | undefined {
  const inputs = analysis.nodes.get(node.id)?.inputs ?? {};
  return Object.entries(inputs).find(([port, type]) => port !== wire.to.port && type !== undefined)?.[1];
}

const typeOf = ({ analysis }: Tried, { node, port }: Wire['from']): TensorType | undefined =>
  analysis.nodes.get(node)?.outputs[port];

/** The wires along which something came to the end of one, the nearest first, as far as each node has one input. */
function wayTo({ analysis }: Tried, wire: Wire): readonly Wire[] {
  const way = [wire];
  for (let last: Wire | undefined = wire; last !== undefined && way.length < farthest; ) {
    const into: readonly Wire[] = analysis.topology.into.get(last.from.node) ?? [];
    last = into.length === 1 ? into[0] : undefined;
    if (last !== undefined) way.push(last);
  }
  return way;
}

/** Numbers that an earlier node may have to make: as many classes as there are, or the size of the other operand. */
const wantedSizes = (expected: TensorType | undefined): number[] =>
  expected === undefined
    ? []
    : [expected.classes, expected.shape[1], expected.shape.at(-1)].filter((size) => size !== undefined);

function* upstreamValues(state: Tried, wire: Wire, expected: TensorType | undefined): Generator<Fix> {
  for (const { from } of wayTo(state, wire)) {
    const node = state.analysis.topology.nodes.get(from.node);
    if (node === undefined) return;
    const fields = declarationOf(state.document.blocks, node.type)?.fields ?? {};
    const sizes = ['outFeatures', 'outChannels'].filter((field) => fields[field] !== undefined);
    for (const field of sizes)
      for (const size of wantedSizes(expected)) yield* setting(state.document, node, field, size);
    // Before a layer that decides the size, none decides it.
    if (sizes.length > 0) return;
  }
}

function* paddings(state: Tried, wire: Wire): Generator<Fix> {
  for (const { from } of wayTo(state, wire)) {
    const node = state.analysis.topology.nodes.get(from.node);
    if (node !== undefined) yield* samePadding(state.document, node);
  }
}

/** Layers that turn what comes along a wire into what is wanted: projections, other shapes. */
function* insertions(state: Tried, wire: Wire, expected: TensorType | undefined): Generator<Fix> {
  const found = typeOf(state, wire.from);
  const [, channels = 1, ...space] = expected?.shape ?? [];
  const [, , ...foundSpace] = found?.shape ?? [];
  if (found?.shape.length === 4 && expected?.shape.length === 4) {
    const stride = Math.round((foundSpace[0] ?? 1) / (space[0] ?? 1));
    yield* inserting(state, wire, 'conv2d', {
      outChannels: channels,
      kernelHeight: 1,
      kernelWidth: 1,
      stride: Math.max(1, stride),
    });
  }
  for (const size of wantedSizes(expected)) yield* inserting(state, wire, 'linear', { outFeatures: size });
  if (expected !== undefined && expected.classes === undefined)
    yield* inserting(state, wire, 'reshape', { shape: expected.shape.slice(1).join(', ') });
  // A picture that is to become a row of numbers is best unrolled as early as what follows allows.
  const pictures = wayTo(state, wire).filter(({ from }) => (typeOf(state, from)?.shape.length ?? 0) > 2);
  for (const earlier of pictures.toReversed())
    for (const fix of inserting(state, earlier, 'flatten', {})) yield { ...fix, once: 'flatten' };
  yield* inserting(state, wire, 'global-average-pool', {});
  if (found?.dtype === 'int32') yield* inserting(state, wire, 'embedding', {});
  if (found?.shape.length === 2) {
    const [, width = 1] = found.shape;
    const side = Math.sqrt(width);
    yield* inserting(state, wire, 'reshape', {
      shape: Number.isInteger(side) && side > 1 ? `1, ${side}, ${side}` : `${width}, 1, 1`,
    });
    yield* inserting(state, wire, 'reshape', { shape: `1, ${width}` });
  }
}

function inserting(state: Tried, wire: Wire, type: string, params: Record<string, ParamValue>): Fix[] {
  const { document, analysis } = state;
  const source = analysis.topology.nodes.get(wire.from.node);
  const target = analysis.topology.nodes.get(wire.to.node);
  const declaration = declarationOf(document.blocks, type);
  if (source === undefined || target === undefined || declaration === undefined) return [];
  const at = { x: source.position.x, y: (source.position.y + target.position.y) / 2 };
  const made = newNode(document, type, at);
  const [input] = declaration.ports.inputs;
  const [output] = declaration.ports.outputs;
  if (made === undefined || input === undefined || output === undefined) return [];
  const node = { ...made, params: { ...made.params, ...params } };
  const id = freshId('wire', new Set(document.wires.map((known) => known.id)));
  const shown = Object.values(params).map(paramText);
  const title = (language: 'en' | 'zh'): string => {
    if (type === 'conv2d') return language === 'en' ? '1×1 projection' : '1×1 投影卷积';
    const detail =
      shown.length === 0 ? '' : language === 'en' ? ` (${shown.join(', ')})` : `（${shown.join(', ')}）`;
    return `${declaration.title[language]}${detail}`;
  };
  return [
    {
      label: text(
        `Insert ${title('en')} between ${source.name} and ${target.name}`,
        `在 ${source.name} 与 ${target.name} 之间插入${title('zh')}`,
      ),
      document: {
        ...document,
        nodes: withRoom([...document.nodes, node], wire, node),
        wires: [
          ...document.wires.map((other) =>
            other.id === wire.id ? { ...wire, to: { node: node.id, port: input.name } } : other,
          ),
          { id, from: { node: node.id, port: output.name }, to: wire.to },
        ],
      },
    },
  ];
}

/** Outputs that an input without a wire could be joined to, where there are no more of them than can be chosen from. */
function missingWires(state: Tried, node: DocumentNode, port: string): Fix[] {
  const { document, analysis } = state;
  const to = { node: node.id, port };
  const id = freshId('wire', new Set(document.wires.map((known) => known.id)));
  const ends = document.nodes.flatMap((other): Wire['from'][] => {
    const declaration = declarationOf(document.blocks, other.type);
    if (declaration === undefined || declaration.category === 'loss') return [];
    return portsOf(declaration, other.params).outputs.map(({ name }) => ({ node: other.id, port: name }));
  });
  const isUsed = (end: Wire['from']): boolean =>
    document.wires.some(({ from }) => from.node === end.node && from.port === end.port);
  const free = ends.filter((from) => !isUsed(from) && checkWire(document, from, to, analysis) === undefined);
  return free.slice(0, most).map((from) => {
    const source = analysis.topology.nodes.get(from.node);
    const label = declarationOf(document.blocks, source?.type ?? '')?.ports.outputs.find(
      ({ name }) => name === from.port,
    )?.label;
    const { en, zh } = label ?? text(from.port, from.port);
    return {
      label: text(`Connect ${source?.name} · ${en}`, `连接 ${source?.name} · ${zh}`),
      document: { ...document, wires: [...document.wires, { id, from, to }] },
    };
  });
}

const remembered = new WeakMap<Drawing, Map<string, readonly Fix[]>>();

/** A problem of the project as its node is drawn now; undefined where it is drawn at another level. */
export function asDrawn(problem: Problem, drawn: Level): Problem | undefined {
  const { level, id } = atLevel(problem.place.node ?? '');
  return level.join('/') === drawn.join('/')
    ? { ...problem, place: { ...problem.place, node: id } }
    : undefined;
}

/** What can be done about a problem on a node that is drawn. */
export function fixesNow(problem: Problem): readonly Fix[] {
  const state = useDocumentStore.getState();
  const known = remembered.get(state.document) ?? new Map<string, readonly Fix[]>();
  remembered.set(state.document, known);
  const key = identity(problem);
  const fixes = known.get(key) ?? fixesFor(state, problem, lookAhead);
  known.set(key, fixes);
  return fixes;
}

/** Carries a fix out, as one step of the history. */
export function applyFix({ label, document }: Fix): void {
  const name = text(label.en.slice(0, 1).toLowerCase() + label.en.slice(1), label.zh);
  edit({ key: 'fix', name }, (draft) => {
    draft.nodes = document.nodes;
    draft.wires = document.wires;
    draft.blocks = document.blocks;
  });
}
