import type { CertificateNode } from '../../protocol/messages.ts';
import type { EngineValue } from './engine-values.ts';
import type { ForwardPath } from './forward-path.ts';
import { floatValues, type Model } from './model.ts';
import type { NamedTensors } from './run-onnx.ts';

/**
 * How far two values may be apart, in units of the largest value beside them in their row, or of 1 where all are smaller.
 * float32 has 24 bits wherever its point stands, and a sum of products is rounded in proportion to what was added, not to
 * what came out (Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 3.1).
 */
export const tolerance = 1e-5;
/** Stands for a difference that no number measures, NaN against a number; finite, so that JSON can hold it. */
const beyondMeasure = Number.MAX_VALUE;
/** What was found of each document node, in the order of computation. */
export class Comparison {
  private readonly found = new Map<string, number>();
  private readonly names: ReadonlyMap<string, string>;
  private readonly nodeOfWeight: ReadonlyMap<string, string>;
  private readonly order: readonly string[];

  /** `prepared`: data nodes whose values the file makes itself. */
  constructor({ built, calls }: ForwardPath, prepared: readonly string[]) {
    this.names = built.names;
    this.nodeOfWeight = new Map(built.weights.map(({ tensor, node }) => [tensor.name, node]));
    this.order = [...new Set([...prepared, ...calls.map((call) => call.origin)])];
  }

  weights(model: Model, weights: ReadonlyMap<string, Float32Array>): void {
    for (const tensor of model.graph.initializers) {
      const node = this.nodeOfWeight.get(tensor.name);
      const ours = weights.get(tensor.name);
      if (node !== undefined && ours !== undefined) this.compare(node, ours, floatValues(tensor), 1);
    }
  }

  values({ node, values }: EngineValue, theirs: NamedTensors, name: string, batch: number): void {
    const data = theirs[name]?.data;
    this.compare(node, values, data instanceof Float32Array ? data : undefined, values.length / batch);
  }

  nodes(): CertificateNode[] {
    return this.order.flatMap((node) => {
      const maxAbsDiff = this.found.get(node);
      if (maxAbsDiff === undefined) return [];
      return [{ node, name: this.names.get(node) ?? node, maxAbsDiff, equal: maxAbsDiff <= tolerance }];
    });
  }

  private compare(node: string, ours: Float32Array, theirs: Float32Array | undefined, rowSize: number): void {
    const found = theirs?.length === ours.length ? largestDifference(ours, theirs, rowSize) : beyondMeasure;
    this.found.set(node, Math.max(found, this.found.get(node) ?? 0));
  }
}

function largestDifference(ours: Float32Array, theirs: Float32Array, rowSize: number): number {
  let largest = 0;
  for (let from = 0; from < ours.length; from += rowSize) {
    let unit = 1;
    let difference = 0;
    for (let i = from; i < from + rowSize; i++) {
      const size = Math.abs(ours[i]);
      if (size > unit && size < Infinity) unit = size;
      difference = Math.max(difference, distance(ours[i], theirs[i]));
    }
    largest = Math.max(largest, Math.min(difference / unit, beyondMeasure));
  }
  return largest;
}

/** |a − b|; 0 for two NaN and for two infinities of one sign, which are the same answer; ∞ where only one is a number. */
function distance(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const difference = Math.abs(a - b);
  return Number.isNaN(difference) ? Infinity : difference;
}
