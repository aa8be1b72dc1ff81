import { weightUpdate } from './weight-update.ts';

// In all of them w first loses rate · decay of itself: w ← w − rate · decay · w.

/** w ← w − rate · dw. */
export const sgdUpdate = weightUpdate({
  name: 'sgdUpdate',
  state: [],
  attributes: ['decay'],
  multiplyAdds: 2,
});

/** v ← β v + gain · dw; w ← w − rate · v. */
export const momentumUpdate = weightUpdate({
  name: 'momentumUpdate',
  state: ['v'],
  attributes: ['beta', 'gain', 'decay'],
  multiplyAdds: 4,
});

/** v ← β v + dw; w ← w − rate · (dw + β v). */
export const nesterovUpdate = weightUpdate({
  name: 'nesterovUpdate',
  state: ['v'],
  attributes: ['beta', 'decay'],
  multiplyAdds: 4,
});

/** s ← β s + gain · dw²; v ← momentum · v + dw / (√(s + inner) + outer), v = 0 where absent; w ← w − rate · v. */
export const rmspropUpdate = weightUpdate({
  name: 'rmspropUpdate',
  state: ['s', 'v'],
  optional: ['v'],
  attributes: ['beta', 'gain', 'inner', 'outer', 'momentum', 'decay'],
  multiplyAdds: 8,
});

/** m ← β₁ m + gain₁ dw; s ← β₂ s + gain₂ dw²; w ← w − rate · (m / c₁) / (√(s / c₂) + ε), corrections [2] = c₁, c₂. */
export const adamUpdate = weightUpdate({
  name: 'adamUpdate',
  state: ['m', 's'],
  cells: { corrections: ['c₁', 'c₂'] },
  attributes: ['beta1', 'beta2', 'gain1', 'gain2', 'epsilon', 'decay'],
  multiplyAdds: 11,
});
