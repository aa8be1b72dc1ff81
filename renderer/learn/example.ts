import { defaultParams, type Params } from '../../engine/declaration/fields.ts';
import { analyseDocument } from '../../engine/document/analyse.ts';
import { portsOf } from '../../engine/document/blocks.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import { currentVersion, type DocumentNode, type NetwrightDocument } from '../../engine/document/schema.ts';
import type { AnyLayer, Port } from '../../engine/layers/contract.ts';
import { columnWidth } from '../document/commands.ts';
import { emptyDocument } from '../document/empty-document.ts';

/** A small network around one layer: what its help page draws and computes. */
export interface Example {
  readonly document: NetwrightDocument;
  /** Whose output goes into the layer; undefined where the layer is where data comes from. */
  readonly before: string | undefined;
  readonly layer: string;
}

/** Samples, and layers in a row that bring them into a form that the layer takes. */
interface Stem {
  readonly source: Params;
  readonly layers: readonly { readonly type: string; readonly params?: Params }[];
}

const plane: Params = { source: 'circle', count: 300 };
const images: Params = { source: 'shapes', count: 16, imageSize: 24 };
const tokens: Params = { source: 'sequences', count: 16 };

const stems = {
  plane: { source: plane, layers: [] },
  units: { source: plane, layers: [{ type: 'linear', params: { outFeatures: 4 } }] },
  scores: { source: plane, layers: [{ type: 'linear', params: { outFeatures: 2 } }] },
  logit: { source: { source: 'xor', count: 300 }, layers: [{ type: 'linear', params: { outFeatures: 1 } }] },
  share: {
    source: { source: 'xor', count: 300 },
    layers: [{ type: 'linear', params: { outFeatures: 1 } }, { type: 'sigmoid' }],
  },
  logShares: {
    source: plane,
    layers: [{ type: 'linear', params: { outFeatures: 2 } }, { type: 'log-softmax' }],
  },
  number: { source: { source: 'line', count: 40 }, layers: [{ type: 'linear', params: { outFeatures: 1 } }] },
  image: { source: images, layers: [] },
  maps: { source: images, layers: [{ type: 'conv2d', params: { outChannels: 4 } }] },
  signal: { source: { source: 'waveforms', count: 16 }, layers: [] },
  tokens: { source: tokens, layers: [] },
  embedded: { source: tokens, layers: [{ type: 'embedding', params: { width: 16 } }] },
  heads: {
    source: tokens,
    layers: [
      { type: 'embedding', params: { width: 16 } },
      { type: 'split-heads', params: { heads: 2 } },
    ],
  },
} as const satisfies Record<string, Stem>;

type StemName = keyof typeof stems;

/** What shows a layer best comes first; the first that it takes is used. */
const preferred: Readonly<Partial<Record<AnyLayer['category'], readonly StemName[]>>> = {
  linear: ['plane', 'units', 'tokens', 'embedded'],
  activation: ['units', 'scores', 'embedded'],
  convolution: ['image', 'signal', 'maps'],
  normalisation: ['maps', 'embedded', 'units'],
  regularisation: ['maps', 'units'],
  attention: ['embedded', 'heads', 'tokens', 'units'],
  shape: ['maps', 'image', 'embedded', 'heads', 'units'],
  loss: ['scores', 'number', 'logit', 'share', 'logShares'],
};
const joining = ['units', 'embedded', 'heads'] as const;
const everyStem = Object.keys(stems) as StemName[];

const remembered = new Map<string, Example | undefined>();

/** A network in which the layer works; undefined where there is none among those that are known. */
export function exampleOf(layer: AnyLayer): Example | undefined {
  if (!remembered.has(layer.type)) remembered.set(layer.type, makeExample(layer));
  return remembered.get(layer.type);
}

function makeExample(layer: AnyLayer): Example | undefined {
  if (layer.category === 'data')
    return { document: documentOf([dataNode(plane)], []), before: undefined, layer: 'data' };
  // What joins two branches needs some that differ.
  const joins = layer.category !== 'loss' && neededInputs(layer).length > 1;
  const names = [...(joins ? joining : (preferred[layer.category] ?? [])), ...everyStem];
  for (const name of names) {
    const example = around(layer, stems[name]);
    const known = analyseDocument(example.document).nodes.get('layer');
    if (known?.isBuilt === true) return example;
  }
  return undefined;
}

const neededInputs = (layer: AnyLayer): readonly Port[] =>
  portsOf(layer, {}).inputs.filter(({ optional }) => optional !== true);

/** The layer behind a stem; a second input, where it must have one, comes from a branch of its own or from the answers. */
function around(layer: AnyLayer, { source, layers }: Stem): Example {
  const nodes: DocumentNode[] = [dataNode(source)];
  const wires: NetwrightDocument['wires'] = [];
  const join = (from: string, port: string, to: string, input: string): void => {
    wires.push({ id: `wire-${wires.length + 1}`, from: { node: from, port }, to: { node: to, port: input } });
  };
  const branch = (row: number): string =>
    layers.reduce((before, { type, params = {} }: Stem['layers'][number], i) => {
      const id = `${type}-${row}`;
      nodes.push(nodeOf(id, type, params, i + 1, row));
      join(before, before === 'data' ? 'x' : 'y', id, catalogue.get(type)?.ports.inputs[0]?.name ?? 'x');
      return id;
    }, 'data');
  const needed = neededInputs(layer);
  const isLoss = layer.category === 'loss';
  const ends = needed.map((_, i): [node: string, port: string] => {
    if (isLoss && i > 0) return ['data', 'y'];
    // A mask: what the tokens themselves say.
    if (i > 0 && needed[i]?.carries === 'any') return ['data', 'x'];
    const node = branch(i);
    return [node, node === 'data' ? 'x' : 'y'];
  });
  nodes.push(nodeOf('layer', layer.type, {}, layers.length + 1, 0));
  for (const [i, [node, port]] of ends.entries()) join(node, port, 'layer', needed[i]?.name ?? 'x');
  return { document: documentOf(nodes, wires), before: ends[0]?.[0], layer: 'layer' };
}

const dataNode = (params: Params): DocumentNode => nodeOf('data', 'data', params, 0, 0);

function nodeOf(id: string, type: string, params: Params, column: number, row: number): DocumentNode {
  const layer = catalogue.get(type);
  return {
    id,
    type,
    name: layer?.shortName ?? type,
    position: { x: column * columnWidth, y: row * 96 },
    params: { ...defaultParams(layer?.fields ?? {}), ...params },
  };
}

const documentOf = (nodes: DocumentNode[], wires: NetwrightDocument['wires']): NetwrightDocument => ({
  ...emptyDocument('example'),
  version: currentVersion,
  nodes,
  wires,
});
