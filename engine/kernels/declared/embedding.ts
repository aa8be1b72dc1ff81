import { int, tensor } from '../argument.ts';

export const embeddingKernels = {
  /**
   * y [rows, D] = table[tokens[row]], table [V, D], tokens int32 [rows]. The token `padding` gives zeros (−1: there is
   * none); one outside 0 … V − 1 gives NaN. Split: rows.
   */
  gather: { tokens: tensor, table: tensor, y: tensor, rows: int, V: int, D: int, padding: int },
  /**
   * dtable [V, D] = Σ of the rows of dy [rows, D] whose token it is, in order of the rows; 0 for `padding`. Tokens outside
   * 0 … V − 1 are left out. Split: columns.
   */
  scatterAdd: { tokens: tensor, dy: tensor, dtable: tensor, rows: int, V: int, D: int, padding: int },
  /** y [T, D]: y[t, 2i] = sin(t / 10000^(2i / D)), y[t, 2i + 1] = cos(t / 10000^(2i / D)). Split: T. */
  sinusoid: { y: tensor, T: int, D: int },
} as const;
