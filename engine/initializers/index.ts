import { constant } from './constant.ts';
import type { InitializerDefinition } from './contract.ts';
import { he } from './he.ts';
import { normal } from './normal.ts';
import { ones } from './ones.ts';
import { orthogonal } from './orthogonal.ts';
import { uniform } from './uniform.ts';
import { xavier } from './xavier.ts';
import { zeros } from './zeros.ts';

/** Every initializer there is: the only list. */
export const initializers = {
  normal,
  uniform,
  xavier,
  he,
  orthogonal,
  zeros,
  ones,
  constant,
} as const satisfies Record<string, InitializerDefinition>;
