import { text } from '../declaration/text.ts';
import type { LayerDefinition, Port } from '../layers/contract.ts';

/** Every loss has these ports; what the target carries differs. Nothing can follow a loss, so it has no output. */
export const lossPorts = (prediction: Port['label'], target: Port['carries']): LayerDefinition['ports'] => ({
  inputs: [
    { name: 'prediction', label: prediction, carries: 'numbers' },
    { name: 'target', label: text('target', '目标'), carries: target },
  ],
  outputs: [],
});
