import type { Plan } from '../compiler/plan.ts';

type Reading = Plan['losses'][number]['reading'];

/**
 * Turns what the loss calls its prediction, [… , columns], into what a person reads, in place: numbers as they are,
 * logits as probabilities of the class 1, class logits as probabilities of each class.
 */
export function readPredictions(values: Float32Array, columns: number, reading: Reading): void {
  switch (reading) {
    case 'number':
      return;
    case 'logit':
      for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]));
      return;
    case 'class-logits':
      for (let row = 0; row < values.length; row += columns) softmax(values.subarray(row, row + columns));
  }
}

function softmax(logits: Float32Array): void {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const e = Math.exp(logits[i] - largest);
    logits[i] = e;
    sum += e;
  }
  for (let i = 0; i < logits.length; i++) logits[i] = logits[i] / sum;
}
