import { cifar10, cifar100 } from './cifar.ts';
import type { KnownSet } from './contract.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { mnist } from './mnist.ts';

/** Every known set, in the order in which they are offered: the only list. */
export const knownSets: readonly KnownSet[] = [mnist, fashionMnist, cifar10, cifar100];
