import type { InitializerDefinition } from './contract.ts';
import { he } from './he.ts';
import { normal } from './normal.ts';
import { xavier } from './xavier.ts';
import { zeros } from './zeros.ts';

/** Every initializer there is: the only list. */
export const initializers = { normal, xavier, he, zeros } as const satisfies Record<
  string,
  InitializerDefinition
>;
