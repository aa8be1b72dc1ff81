import type { InitializerDefinition } from './contract.ts';
import { he } from './he.ts';
import { normal } from './normal.ts';
import { ones } from './ones.ts';
import { xavier } from './xavier.ts';
import { zeros } from './zeros.ts';

/** Every initializer there is: the only list. */
export const initializers = { normal, xavier, he, zeros, ones } as const satisfies Record<
  string,
  InitializerDefinition
>;
