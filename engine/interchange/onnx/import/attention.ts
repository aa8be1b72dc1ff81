import { elementCount, sameShape } from '../../../declaration/tensor-type.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import { type Constant, constantOf } from '../reading/constant.ts';
import { inShape, sliced, transposed } from '../reading/move.ts';
import type { DrawnLayer } from './drawing.ts';
import type { KnownValues } from './layer-rules.ts';

/**
 * Multi-head attention as exporters take it apart: softmax(scale · Q Kᵀ) V between four products, with reshapes, cuts and
 * transposes in any order between them. Whether those cut the width into heads and join it again is not read off their
 * names: the places of a batch are sent through them, and it is looked at where they come out.
 */
export function fuseAttention(calls: readonly OpCall[], known: KnownValues): ReadonlyMap<OpCall, DrawnLayer> {
  const network = new Network(calls);
  const fused = new Map<OpCall, DrawnLayer>();
  for (const call of calls) {
    if (call.op.name !== 'softmax') continue;
    const found = attentionAround(call, network, known);
    if (found !== undefined) fused.set(found.last, found.drawn);
  }
  return fused;
}

class Network {
  private readonly makers = new Map<Tensor, OpCall>();
  private readonly readers = new Map<Tensor, OpCall[]>();

  constructor(calls: readonly OpCall[]) {
    for (const call of calls) {
      for (const output of Object.values(call.outputs)) this.makers.set(output, call);
      for (const input of Object.values(call.inputs)) {
        if (input !== undefined) this.readers.set(input, [...(this.readers.get(input) ?? []), call]);
      }
    }
  }

  maker(tensor: Tensor | undefined): OpCall | undefined {
    return tensor && this.makers.get(tensor);
  }

  /** The only call that reads a tensor. */
  reader(tensor: Tensor | undefined): OpCall | undefined {
    const found = (tensor && this.readers.get(tensor)) ?? [];
    return found.length === 1 ? found[0] : undefined;
  }
}

const x = ({ inputs }: OpCall): Tensor => inputs['x'] as Tensor;
const y = ({ outputs }: OpCall): Tensor => outputs['y'] as Tensor;

/** Ops that only move numbers, as they do it to the numbers of places. */
function moved(call: OpCall, places: Constant): Constant | undefined {
  const { attributes } = call;
  switch (call.op.name) {
    case 'reshape':
      return inShape(places, y(call).shape);
    case 'permute':
      return transposed(attributes['axes'] as readonly number[])(places);
    case 'slice': {
      const [axis, start, end] = ['axis', 'start', 'end'].map((name) => Number(attributes[name]));
      return sliced(axis as number, start as number, 1, (end as number) - (start as number))(places);
    }
    default:
      return undefined;
  }
}

const placesOf = (shape: readonly number[]): Constant =>
  constantOf(
    'int64',
    shape,
    Float64Array.from({ length: elementCount(shape) }, (_, at) => at),
  );

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

/** A known number for each pair of positions that hides the later ones and nothing else. */
function isCausal(values: Float32Array, T: number): boolean {
  return values.every((value, at) => {
    const [row, column] = [Math.floor(at / T) % T, at % T];
    return column > row ? value < -1e4 : value === 0;
  });
}

function attentionAround(
  softmax: OpCall,
  network: Network,
  known: KnownValues,
): { last: OpCall; drawn: DrawnLayer } | undefined {
  let factor = 1;
  let causal = false;
  let scores = network.maker(x(softmax));
  while (scores !== undefined && scores.op.name !== 'batchedMatmul') {
    const { a, b } = scores.inputs;
    const bias = known(b);
    const T = x(softmax).shape.at(-1) as number;
    if (scores.op.name === 'scale') {
      factor *= Number(scores.attributes['factor']);
      scores = network.maker(x(scores));
    } else if (scores.op.name === 'add' && bias?.length === T * T && isCausal(bias, T)) {
      causal = true;
      scores = network.maker(a);
    } else return undefined;
  }
  const mix = network.reader(y(softmax));
  const { shape } = x(softmax);
  if (scores === undefined || mix?.op.name !== 'batchedMatmul' || mix.inputs['a'] !== y(softmax))
    return undefined;
  if (Number(softmax.attributes['axis']) !== shape.length - 1) return undefined;
  const value = mix.inputs['b'] as Tensor;
  const [q, k] = [scores.inputs['a'] as Tensor, scores.inputs['b'] as Tensor];
  const isPlain = [scores, mix].every(({ attributes }) => attributes['transposeA'] !== 1);
  if (!isPlain || mix.attributes['transposeB'] === 1) return undefined;
  const d = q.shape.at(-1) as number;
  factor *= Number(scores.attributes['alpha'] ?? 1) * Number(mix.attributes['alpha'] ?? 1);

  const B = sampleRows(q, network);
  if (B === undefined) return undefined;
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
    x(parts.value.product) === context;
  const { query, key } = parts;
  const products = { query, key, value: parts.value, output: { product: output.product, offset: 0 } };
  const weights = fits ? weightsOf(products, width, known) : undefined;
  if (weights === undefined) return undefined;
  return {
    last: output.last,
    drawn: {
      origin: scores.origin,
      outputs: [y(output.last)],
      layer: {
        type: 'multi-head-attention',
        params: { heads, bias: 'query.bias' in weights, causal },
        wires: context === from ? { x: from } : { x: from, context },
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
