import type { NetwrightDocument } from '../../document/schema.ts';
import type { CrosscheckCase } from './cases.ts';
import { layerCases } from './layer-cases.ts';

/**
 * Every layer, trained by its exported script: an epoch is one step. Whatever decays does so by so much that it shows beside
 * the gradient, since what does is told by the shapes and classes of a module there, and by each layer here.
 */
export function recipeCases(): CrosscheckCase[] {
  const recipes: readonly Partial<NetwrightDocument['training']>[] = [
    { regularisation: { l2: 0, decay: 1, biases: false } },
    {
      regularisation: { l2: 0, decay: 1, biases: true },
      clipping: { by: 'norm', limit: 1 },
      warmupSteps: 2,
      schedule: { type: 'cosine', params: {} },
    },
    {
      // Gradients that are nothing but rounding stay nothing beside such an epsilon.
      optimizer: { type: 'adamw', params: { epsilon: 0.01 } },
      learningRate: 0.02,
      regularisation: { l2: 0.05, decay: 1, biases: false },
    },
  ];
  return recipes.flatMap((recipe, number) =>
    layerCases().map(({ name, document }) => ({
      name: `recipe ${number + 1} of ${name}`,
      document: withoutChance({
        ...document,
        training: { ...document.training, learningRate: 0.1, epochs: 3, ...recipe },
      }),
    })),
  );
}

/** Nothing is dropped: both sides would draw different numbers. */
const withoutChance = (document: NetwrightDocument): NetwrightDocument => ({
  ...document,
  nodes: document.nodes.map((node) => ({
    ...node,
    params: {
      ...node.params,
      ...('rate' in node.params && { rate: 0 }),
      ...('dropout' in node.params && { dropout: 0 }),
    },
  })),
});
