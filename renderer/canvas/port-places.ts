import type { NodeDeclaration } from '../../engine/layers/contract.ts';
import { portHeight } from '../document/commands.ts';

/** From one port to the next. */
const spacing = 24;

/** How far below its node's upper edge a port is. */
export const portTop = (index: number): number => portHeight + index * spacing;

/** How tall a node has to be for its ports. */
export const portsHeight = ({ inputs, outputs }: NodeDeclaration['ports']): number =>
  portTop(Math.max(inputs.length, outputs.length, 1) - 1) + 18;
