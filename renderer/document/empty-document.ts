import { defaultParams } from '../../engine/declaration/fields.ts';
import { currentVersion, type NetwrightDocument } from '../../engine/document/schema.ts';
import { plainSettings } from '../../engine/document/training-settings.ts';
import { initializers } from '../../engine/initializers/index.ts';
import { optimizers } from '../../engine/optimizers/index.ts';

/** A canvas with nothing on it and settings that suit most small networks. */
export function emptyDocument(name: string): NetwrightDocument {
  const { adam } = optimizers;
  const { he } = initializers;
  return {
    format: 'netwright',
    version: currentVersion,
    name,
    nodes: [],
    wires: [],
    blocks: [],
    training: {
      optimizer: { type: adam.type, params: { ...defaultParams(adam.fields) } },
      learningRate: adam.defaultLearningRate,
      batchSize: 64,
      epochs: 200,
      seed: 1,
      testShare: 0.2,
      ...plainSettings(),
      initializer: { type: he.type, params: { ...defaultParams(he.fields) } },
    },
  };
}
