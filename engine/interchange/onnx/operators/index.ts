import type { Operator } from '../reading/node-reader.ts';
import { activations } from './activations.ts';
import { attentions } from './attention.ts';
import { conditions } from './conditions.ts';
import { convolutions } from './convolutions.ts';
import { elementwise } from './elementwise.ts';
import { gathering } from './gathering.ts';
import { losses } from './losses.ts';
import { norms } from './norms.ts';
import { pools } from './pools.ts';
import { products } from './products.ts';
import { reductions } from './reductions.ts';
import { resizing } from './resize.ts';
import { shapes } from './shapes.ts';

/** Every ONNX operator that can be read: the only list. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  [
    elementwise,
    conditions,
    activations,
    products,
    convolutions,
    pools,
    norms,
    reductions,
    shapes,
    gathering,
    resizing,
    losses,
    attentions,
  ].flatMap((family) => Object.entries(family)),
);
