import { shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { tanh } from '../../../ops/activations.ts';
import { constantOf } from '../reading/constant.ts';
import { commonShape } from '../reading/fold.ts';
import type { Value } from '../reading/known-tensors.ts';
import { misfit } from '../reading/misfit.ts';
import { expanded, gathered, sliced } from '../reading/move.ts';
import type { NodeReader, Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';

/** [B, S, heads · D] as [B, heads, S, D]; what has four dimensions is that already. */
function inHeads(build: ValueBuilder, x: Value, heads: number): Value {
  if (x.shape.length === 4) return x;
  const [B, S, width] = x.shape;
  return build.transpose(build.reshape(x, [B, S, heads, width / heads]), [0, 2, 1, 3]);
}

/** Each head of keys and values serves as many heads of queries. */
function repeated(build: ValueBuilder, x: Value, heads: number): Value {
  const each = heads / x.shape[1];
  if (each === 1) return x;
  if (!Number.isInteger(each)) {
    throw misfit(
      text(
        `expected heads of queries that are a multiple of those of keys, found ${heads} and ${x.shape[1]}`,
        `查询的头数应为键的头数的整数倍，实际为 ${heads} 与 ${x.shape[1]}`,
      ),
    );
  }
  const from = Float64Array.from({ length: heads }, (_, head) => Math.floor(head / each));
  return build.move(x, gathered(constantOf('int64', [heads], from), 1));
}

/** Large enough that nothing is left of it behind the softmax, and small enough to stay a number. */
const hidden = -1e30;

interface Scores {
  readonly B: number;
  readonly H: number;
  readonly S: number;
  readonly T: number;
  /** Keys from before. */
  readonly past: number;
}

interface Visibility {
  /** [B, H, S, T], 0 where a query sees a key; undefined where all are seen. */
  readonly bias: Value;
  /** [B, H, S, 1], 0 for queries that see none. */
  readonly rows: Value | undefined;
}

/** What queries see, as far as it is known while reading: causality, lengths without padding, and a mask of conditions. */
function visibility(
  node: NodeReader,
  build: ValueBuilder,
  { B, H, S, T, past }: Scores,
): Visibility | undefined {
  const isCausal = node.int('is_causal', 0) === 1;
  const lengths = node.maybeKnown(6)?.values;
  const given = node.maybe(3);
  const condition = given?.type === 'bool' ? node.known(3) : undefined;
  if (!isCausal && lengths === undefined && condition === undefined) return undefined;
  const shape = [B, H, S, T];
  const width = condition?.shape.at(-1) ?? T;
  const wide = condition && expanded([B, H, S, width])(condition).values;
  const sees = (b: number, h: number, s: number, t: number): boolean => {
    const length = lengths?.[b];
    const offset = length === undefined ? past : length - S;
    if (isCausal && t > s + offset) return false;
    if (length !== undefined && t >= length) return false;
    return wide === undefined || (t < width && wide[((b * H + h) * S + s) * width + t] !== 0);
  };
  const bias = new Float32Array(B * H * S * T);
  const rows = new Float32Array(B * H * S);
  for (let row = 0; row < rows.length; row++) {
    const [b, h, s] = [Math.floor(row / (H * S)), Math.floor(row / S) % H, row % S];
    for (let t = 0; t < T; t++) {
      if (sees(b, h, s, t)) rows[row] = 1;
      else bias[row * T + t] = hidden;
    }
  }
  return {
    bias: build.known.keep(constantOf('float32', shape, bias)),
    rows: rows.every((row) => row === 1) ? undefined : constantOf('float32', [B, H, S, 1], rows),
  };
}

/** A mask of numbers may end before the keys do: those behind it are hidden. */
function addend(node: NodeReader, build: ValueBuilder, T: number): Value | undefined {
  const mask = node.maybe(3);
  if (mask === undefined || mask.type === 'bool') return undefined;
  const missing = T - (mask.shape.at(-1) ?? T);
  if (missing <= 0) return mask;
  const shape = [...mask.shape.slice(0, -1), missing];
  const rest = expanded(shape)(constantOf('float32', [], [hidden]));
  return build.concat([mask, rest], shape.length - 1);
}

/** softmax(scale · Q Kᵀ + bias) V, head by head (Vaswani et al. 2017, section 3.2.1). */
function attention(node: NodeReader, build: ValueBuilder): (Value | undefined)[] {
  const [query, key, value] = [0, 1, 2].map((input) => node.floats(input, 3));
  const q = inHeads(build, query, node.int('q_num_heads', 1));
  const joined = (pastInput: number, now: Value): Value => {
    const past = node.maybe(pastInput);
    return past === undefined ? now : build.concat([past, now], 2);
  };
  const k = joined(4, inHeads(build, key, node.int('kv_num_heads', 1)));
  const v = joined(5, inHeads(build, value, node.int('kv_num_heads', 1)));
  const [B, H, S, D] = q.shape;
  const T = k.shape[2];
  const scale = node.float('scale', 1 / Math.sqrt(D));
  const keys = build.transpose(repeated(build, k, H), [0, 1, 3, 2]);
  const products = build.product(q, keys, scale);

  const cap = node.float('softcap', 0);
  const capped =
    cap === 0 ? products : build.scale(build.emit(tanh, { x: build.scale(products, 1 / cap) }).y, cap);
  const seen = visibility(node, build, { B, H, S, T, past: node.maybe(4)?.shape[2] ?? 0 });
  const mask = addend(node, build, T);
  const parts = [seen?.bias, mask].filter((part) => part !== undefined);
  const biased = parts.reduce((scores, part) => build.add(scores, part), capped);
  const soft = build.softmax(biased);
  const shares = seen?.rows === undefined ? soft : build.multiply(soft, seen.rows);
  const y = build.product(shares, repeated(build, v, H));

  const back = build.transpose(y, [0, 2, 1, 3]);
  const Y = query.shape.length === 4 ? y : build.reshape(back, [B, S, -1]);
  const shown = [products, capped, biased, shares][node.int('qk_matmul_output_mode', 0)];
  return [Y, k, v, shown];
}

/** Pairs of numbers of each head turned by an angle that grows with the place (Su et al. 2021, RoFormer, section 3.2.2). */
function rotaryEmbedding(node: NodeReader, build: ValueBuilder): Value {
  const x = node.floats(0, 3);
  const isSplit = x.shape.length === 4;
  const heads = node.int('num_heads', 0);
  const [B, S] = isSplit ? [x.shape[0], x.shape[2]] : x.shape;
  if (!isSplit && heads < 1) {
    throw misfit(
      text(
        `expected num_heads for ${shapeText(x.shape)}, found none`,
        `${shapeText(x.shape)} 需要 num_heads，实际没有`,
      ),
    );
  }
  const seen = isSplit
    ? build.transpose(x, [0, 2, 1, 3])
    : build.reshape(x, [B, S, heads, x.shape[2] / heads]);
  const D = seen.shape[3];
  const turned = node.int('rotary_embedding_dim', 0) || D;
  const half = turned / 2;
  const positions = node.maybeKnown(3);
  const angle = (input: number): Value => {
    const cache = node.floats(input, 2);
    const rows = positions === undefined ? cache : build.move(cache, gathered(positions, 0));
    const cut = build.slice(rows, rows.shape.length - 1, 0, half);
    return build.reshape(build.expand(cut, commonShape([cut.shape, [B, S, half]])), [B, S, 1, half]);
  };
  const [cos, sin] = [angle(1), angle(2)];
  const isInterleaved = node.int('interleaved', 0) === 1;
  const part = (from: number): Value =>
    isInterleaved
      ? build.move(seen, sliced(3, from, 2, half))
      : build.slice(seen, 3, from * half, (from + 1) * half);
  const [a, b] = [part(0), part(1)];
  const pair = [
    build.subtract(build.multiply(a, cos), build.multiply(b, sin)),
    build.add(build.multiply(a, sin), build.multiply(b, cos)),
  ];
  const H = seen.shape[2];
  const rotated = isInterleaved
    ? build.reshape(
        build.concat(
          pair.map((one) => build.reshape(one, [B, S, H, half, 1])),
          4,
        ),
        [B, S, H, turned],
      )
    : build.concat(pair, 3);
  const whole = turned < D ? build.concat([rotated, build.slice(seen, 3, turned, D)], 3) : rotated;
  return isSplit ? build.transpose(whole, [0, 2, 1, 3]) : build.reshape(whole, x.shape);
}

export const attentions: Readonly<Record<string, Operator>> = {
  Attention: attention,
  RotaryEmbedding: rotaryEmbedding,
};
