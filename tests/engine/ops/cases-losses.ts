import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import type { OpCase } from './op-cases.ts';

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
const labels = (classes: number, ...shape: number[]): TensorType => ({ shape, dtype: 'int32', classes });

/** Probabilities far enough from 0 and 1 for central differences. */
const probabilities = [0.05, 0.95] as const;
const shares = { target: [0, 1] } as const;

/** Labels beyond all classes are ignored nowhere, label 1 is met often. */
const ignoring = [-100, 1];
const smoothings = [0, 0.3];

const indexed = (logits: TensorType, target: TensorType): OpCase[] =>
  ignoring.flatMap((ignored) =>
    smoothings.map((smoothing) => ({
      inputs: { logits, target },
      attributes: { ignored, smoothing },
      flows: ['losses'],
    })),
  );
const indexedGradient = (p: TensorType, target: TensorType, dlosses: TensorType): OpCase[] =>
  indexed(p, target).map(({ attributes = {} }) => ({ inputs: { p, target, dlosses }, attributes }));

const soft = (logits: TensorType): OpCase[] =>
  smoothings.map((smoothing) => ({
    inputs: { logits, target: logits },
    attributes: { smoothing },
    flows: ['losses'],
    within: shares,
  }));

const binary: [TensorType, TensorType][] = [
  [f(5, 1), labels(2, 5)],
  [f(5), labels(2, 5)],
  [f(2, 3, 4), labels(2, 2, 3, 4)],
  [f(5, 3), f(5, 3)],
];
const binaryCases = (input: string, attributes: readonly OpCase['attributes'][] = [undefined]): OpCase[] =>
  binary.flatMap(([values, target]) =>
    attributes.map((own) => ({
      inputs: { [input]: values, target },
      ...(own && { attributes: own }),
      within: { ...shares, p: probabilities },
    })),
  );
const withLosses = (cases: readonly OpCase[], input: string): OpCase[] =>
  cases.map((one) => ({ ...one, inputs: { ...one.inputs, dlosses: one.inputs[input] as TensorType } }));

const positiveWeights = [{ positiveWeight: 1 }, { positiveWeight: 3.5 }];

const distances: OpCase[] = [f(5, 2), f(17), f(2, 3, 3)].map((type) => ({
  inputs: { prediction: type, target: type },
}));
const distanceGradients = withLosses(distances, 'prediction');
const deltas = (cases: readonly OpCase[]): OpCase[] =>
  [0.7, 10].flatMap((delta) => cases.map((one) => ({ ...one, attributes: { delta } })));

/** How losses and what they are made of are tried. */
export const lossCases = {
  softmaxCrossEntropy: [
    ...indexed(f(5, 3), labels(3, 5)),
    ...indexed(f(1, 2), labels(2, 1)),
    ...indexed(f(2, 3, 4), labels(4, 2, 3)),
  ],
  softmaxCrossEntropyGradient: [
    ...indexedGradient(f(5, 3), labels(3, 5), f(5)),
    ...indexedGradient(f(2, 3, 4), labels(4, 2, 3), f(2, 3)),
  ],
  crossEntropyWithGradient: [
    ...indexedGradient(f(5, 3), labels(3, 5), f(1)),
    ...indexedGradient(f(2, 3, 4), labels(4, 2, 3), f(1)),
  ].map(({ inputs: { p, target, dlosses }, attributes = {} }) => ({
    inputs: { logits: p, target, dy: dlosses } as OpCase['inputs'],
    attributes,
  })),
  softCrossEntropy: [...soft(f(5, 3)), ...soft(f(1, 2)), ...soft(f(2, 3, 4))],
  softCrossEntropyGradient: soft(f(5, 3)).map(({ attributes = {} }) => ({
    inputs: { p: f(5, 3), target: f(5, 3), dlosses: f(5) },
    attributes,
  })),
  nll: ignoring.flatMap((ignored) => [
    { inputs: { logp: f(5, 3), target: labels(3, 5) }, attributes: { ignored } },
    { inputs: { logp: f(2, 3, 4), target: labels(4, 2, 3) }, attributes: { ignored } },
  ]),
  nllGradient: ignoring.map((ignored) => ({
    inputs: { logp: f(5, 3), target: labels(3, 5), dlosses: f(5) },
    attributes: { ignored },
  })),
  bceWithLogits: binaryCases('logits', positiveWeights),
  bceWithLogitsGradient: withLosses(binaryCases('logits', positiveWeights), 'logits'),
  bce: binaryCases('p'),
  bceGradient: withLosses(binaryCases('p'), 'p'),
  squaredError: distances,
  squaredErrorGradient: distanceGradients,
  absoluteError: distances,
  absoluteErrorGradient: distanceGradients,
  huber: deltas(distances),
  huberGradient: deltas(distanceGradients),
  mean: [{ inputs: { x: f(5) } }, { inputs: { x: f(300, 2) } }],
  meanGradient: [{ inputs: { dy: f(1), x: f(5, 2) } }],
  labelledMean: ignoring.flatMap((ignored) =>
    [labels(3, 5), labels(2, 300, 2)].map((target) => ({
      inputs: { x: f(...target.shape), target },
      attributes: { ignored },
      flows: ['y'],
    })),
  ),
  labelledMeanGradient: ignoring.map((ignored) => ({
    inputs: { dy: f(1), target: labels(3, 5, 2), counted: f(1) },
    attributes: { ignored },
  })),
  countArgmaxHits: [
    ...ignoring.map((ignored) => ({ inputs: { x: f(5, 3), target: labels(3, 5) }, attributes: { ignored } })),
    { inputs: { x: f(2, 3, 4), target: f(2, 3, 4) } },
  ],
  countBinaryHits: [
    { inputs: { x: f(5, 1), target: labels(2, 5) }, attributes: { threshold: 0 } },
    { inputs: { x: f(5, 3), target: f(5, 3) }, attributes: { threshold: 0.5 } },
  ],
} as const satisfies Readonly<Record<string, readonly OpCase[]>>;
