import { elementCount, sameShape } from '../../../declaration/tensor-type.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import type { Constant } from '../reading/constant.ts';
import type { DrawnLayer } from './drawing.ts';
import type { MarkInputs } from './mark-inputs.ts';
import { bothHidden, type Hidden, MarkReader } from './marks.ts';
import { moved, Network, placesOf, x, y } from './network.ts';
import type { KnownValues } from './rule.ts';

/**
 * Multi-head attention as exporters take it apart: softmax(scale · Q Kᵀ) V between four products, with reshapes, cuts and
 * transposes in any order between them. Whether those cut the width into heads and join it again is not read off their
 * names: the places of a batch are sent through them, and it is looked at where they come out. Inputs that
 * become its padding mask are taken from `marks`.
 */
export function fuseAttention(
  calls: readonly OpCall[],
  known: KnownValues,
  marks: MarkInputs,
): ReadonlyMap<OpCall, DrawnLayer> {
  const network = new Network(calls);
  const reader = new MarkReader(network, known, (input) => marks.has(input));
  const fused = new Map<OpCall, DrawnLayer>();
  for (const call of calls) {
    if (call.op.name !== 'softmax') continue;
    const found = attentionAround(call, network, known, { marks, reader });
    if (found !== undefined) fused.set(found.last, found.drawn);
  }
  return fused;
}

/** A product whose columns from `offset` on are the heads of a tensor, and what it was multiplied by on the way. */
interface Projection {
  readonly product: OpCall;
  readonly offset: number;
  readonly factor: number;
}

interface Sizes {
  readonly B: number;
  readonly heads: number;
  readonly d: number;
}

/** The product that tensor [B · heads, T, d], however its first axes are cut, is made from; `turned` where d and T stand the other way round. */
function projectionOf(
  tensor: Tensor,
  { B, heads, d }: Sizes,
  turned: boolean,
  network: Network,
): Projection | undefined {
  const chain: OpCall[] = [];
  let factor = 1;
  let maker = network.maker(tensor);
  while (maker !== undefined && maker.op.name !== 'linear') {
    if (maker.op.name === 'scale') factor *= Number(maker.attributes['factor']);
    else chain.unshift(maker);
    maker = network.maker(x(maker));
  }
  if (maker === undefined || y(maker).shape.length < 2) return undefined;
  const K = y(maker).shape.at(-1) as number;
  let places: Constant | undefined = placesOf(y(maker).shape);
  for (const call of chain) places = places && moved(call, places);
  if (places === undefined || !sameShape(places.shape, tensor.shape)) return undefined;
  const T = elementCount(tensor.shape) / (B * heads * d);
  const offset = places.values[0] as number;
  for (let at = 0; at < places.values.length; at++) {
    const [row, rest] = [Math.floor(at / (T * d)), at % (T * d)];
    const [t, j] = turned ? [rest % T, Math.floor(rest / T)] : [Math.floor(rest / d), rest % d];
    const [b, head] = [Math.floor(row / heads), row % heads];
    if (places.values[at] !== (b * T + t) * K + offset + head * d + j) return undefined;
  }
  return { product: maker, offset, factor };
}

interface Joined {
  readonly product: OpCall;
  /** The call that gives the product's rows sample by sample: the product itself, or what turns them back. */
  readonly last: OpCall;
}

/** The product that takes the heads [B, heads, T, d] joined again as its rows, sample by sample or position by position. */
function joinedAgain(mixed: Tensor, { B, heads, d }: Sizes, network: Network): Joined | undefined {
  let places: Constant | undefined = placesOf(mixed.shape);
  let tensor = mixed;
  let reader = network.reader(tensor);
  while (reader !== undefined && reader.op.name !== 'linear') {
    places = places && moved(reader, places);
    if (places === undefined) return undefined;
    tensor = y(reader);
    reader = network.reader(tensor);
  }
  const width = heads * d;
  if (reader === undefined || places === undefined || x(reader) !== tensor || tensor.shape.at(-1) !== width)
    return undefined;
  const { values } = places;
  const T = values.length / (B * width);
  const isJoined = (bAndT: (row: number) => readonly [number, number]): boolean =>
    values.every((from, at) => {
      const column = at % width;
      const [b, t] = bAndT(Math.floor(at / width));
      return from === ((b * heads + Math.floor(column / d)) * T + t) * d + (column % d);
    });
  if (isJoined((row) => [Math.floor(row / T), row % T])) return { product: reader, last: reader };
  if (!isJoined((row) => [row % B, Math.floor(row / B)])) return undefined;
  const last = turnedBack(y(reader), B, T, network);
  return last && { product: reader, last };
}

/** The call that gives rows [T, B, width], however their first axes are cut, as [B, T, width]. */
function turnedBack(rows: Tensor, B: number, T: number, network: Network): OpCall | undefined {
  const width = rows.shape.at(-1) as number;
  let places: Constant | undefined = placesOf(rows.shape);
  for (let reader = network.reader(rows); reader !== undefined; reader = network.reader(y(reader))) {
    places = moved(reader, places);
    if (places === undefined) return undefined;
    const isBack =
      sameShape(places.shape, [B, T, width]) &&
      places.values.every((from, at) => {
        const [b, t] = [Math.floor(at / (T * width)), Math.floor(at / width) % T];
        return from === (t * B + b) * width + (at % width);
      });
    if (isBack) return reader;
  }
  return undefined;
}

interface Masks {
  readonly marks: MarkInputs;
  readonly reader: MarkReader;
}

/** The product whose scores a softmax is given, and what happened to them on the way. */
interface Scores extends Hidden {
  readonly product: OpCall;
  readonly factor: number;
}

function scoresBehind(softmax: OpCall, network: Network, reader: MarkReader): Scores | undefined {
  const { shape } = x(softmax);
  const [T, S] = shape.slice(-2) as [number, number];
  let factor = 1;
  let all: Hidden = { marks: undefined, seen: 1, causal: false };
  let call = network.maker(x(softmax));
  while (call !== undefined && call.op.name !== 'batchedMatmul') {
    let before = x(call);
    if (call.op.name === 'scale') factor *= Number(call.attributes['factor']);
    else if (call.op.name !== 'reshape') {
      const found = reader.hiddenBy(call, T, S);
      const together = found && bothHidden(all, found);
      if (found === undefined || together === undefined) return undefined;
      all = together;
      before = found.scores;
    }
    call = network.maker(before);
  }
  const isWhole = call !== undefined && sameShape(y(call).shape.slice(-2), [T, S]);
  return call && isWhole ? { ...all, product: call, factor } : undefined;
}

function attentionAround(
  softmax: OpCall,
  network: Network,
  known: KnownValues,
  masks: Masks,
): { last: OpCall; drawn: DrawnLayer } | undefined {
  const found = scoresBehind(softmax, network, masks.reader);
  if (found === undefined) return undefined;
  const { product: scores, causal, marks } = found;
  let { factor } = found;
  const mix = network.reader(y(softmax));
  const { shape } = x(softmax);
  if (mix?.op.name !== 'batchedMatmul' || mix.inputs['a'] !== y(softmax)) return undefined;
  if (Number(softmax.attributes['axis']) !== shape.length - 1) return undefined;
  const value = mix.inputs['b'] as Tensor;
  const [q, k] = [scores.inputs['a'] as Tensor, scores.inputs['b'] as Tensor];
  const isPlain = [scores, mix].every(({ attributes }) => attributes['transposeA'] !== 1);
  if (!isPlain || mix.attributes['transposeB'] === 1) return undefined;
  const d = q.shape.at(-1) as number;
  factor *= Number(scores.attributes['alpha'] ?? 1) * Number(mix.attributes['alpha'] ?? 1);

  const B = sampleRows(q, network);
  if (B === undefined || (marks !== undefined && marks.shape[0] !== B)) return undefined;
  const heads = elementCount(q.shape.slice(0, -2)) / B;
  const sizes: Sizes = { B, heads, d };
  const turned = scores.attributes['transposeB'] !== 1;
  const parts = {
    query: projectionOf(q, sizes, false, network),
    key: projectionOf(k, sizes, turned, network),
    value: projectionOf(value, sizes, false, network),
  };
  const output = joinedAgain(y(mix), sizes, network);
  if (!parts.query || !parts.key || !parts.value || output === undefined) return undefined;
  factor *= parts.query.factor * parts.key.factor * parts.value.factor;
  const width = heads * d;
  const from = x(parts.query.product);
  const context = x(parts.key.product);
  const fits =
    Math.abs(factor * Math.sqrt(d) - 1) < 1e-5 &&
    from.shape.length === 3 &&
    context.shape.length === 3 &&
    from.shape[0] === B &&
    from.shape[2] === width &&
    y(output.product).shape.at(-1) === width &&
    y(output.last).shape.length === 3 &&
    x(parts.value.product) === context;
  const { query, key } = parts;
  const products = { query, key, value: parts.value, output: { product: output.product, offset: 0 } };
  const weights = fits ? weightsOf(products, width, known) : undefined;
  if (weights === undefined) return undefined;
  const mask = marks && masks.marks.asMask(marks, found.seen);
  if (marks !== undefined && mask === undefined) return undefined;
  return {
    last: output.last,
    drawn: {
      origin: scores.origin,
      outputs: [y(output.last)],
      layer: {
        type: 'multi-head-attention',
        params: { heads, bias: 'query.bias' in weights, causal },
        wires: { x: from, ...(context !== from && { context }), ...(mask && { mask }) },
        weights,
      },
    },
  };
}

/** Samples that a tensor of heads comes from: the rows of the product at its beginning. */
function sampleRows(tensor: Tensor, network: Network): number | undefined {
  let maker = network.maker(tensor);
  while (maker !== undefined && maker.op.name !== 'linear') maker = network.maker(x(maker));
  return maker && x(maker).shape.length === 3 ? x(maker).shape[0] : undefined;
}

function weightsOf(
  products: Readonly<Record<string, Pick<Projection, 'product' | 'offset'>>>,
  width: number,
  known: KnownValues,
): Record<string, Float32Array> | undefined {
  const weights: Record<string, Float32Array> = {};
  const hasBias = Object.values(products).some(({ product }) => product.inputs['b'] !== undefined);
  for (const [name, { product, offset }] of Object.entries(products)) {
    const w = known(product.inputs['w']);
    const b = known(product.inputs['b']);
    if (w === undefined || (b === undefined && product.inputs['b'] !== undefined)) return undefined;
    const K = y(product).shape.at(-1) as number;
    const rows = w.length / K;
    const part = new Float32Array(rows * width);
    for (let row = 0; row < rows; row++)
      part.set(w.subarray(row * K + offset, row * K + offset + width), row * width);
    weights[`${name}.weight`] = part;
    if (hasBias) weights[`${name}.bias`] = b?.slice(offset, offset + width) ?? new Float32Array(width);
  }
  return weights;
}
