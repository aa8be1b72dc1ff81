export type Dtype = 'float32' | 'int32';

/**
 * What is known of a tensor before it holds numbers. The first dimension of everything that travels
 * along a wire is the batch.
 */
export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** Set on class labels and tokens: values are 0 … classes − 1. */
  readonly classes?: number;
}

export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, n) => product * n, 1);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** `N×4`: a wire's label, with the batch dimension as a letter. */
export const shapeLabel = (shape: readonly number[]): string => ['N', ...shape.slice(1)].join('×');

/** `[128, 4]`: a shape inside a sentence. */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
