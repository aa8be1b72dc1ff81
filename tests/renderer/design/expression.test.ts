import { describe, expect, it } from 'vitest';
import { evaluateExpression } from '../../../renderer/design/expression.ts';

describe('what can be typed into a number field', () => {
  it.each([
    ['64', 64],
    ['2*64', 128],
    ['2 × 64', 128],
    ['1e-3', 0.001],
    ['.5', 0.5],
    ['2+3*4', 14],
    ['(2+3)*4', 20],
    ['2^3^2', 512],
    ['-2^2', -4],
    ['2^-1', 0.5],
    ['10/4', 2.5],
    ['8−3', 5],
    ['--2', 2],
    ['1/3*3', 1],
  ])('%s is %d', (source, value) => {
    expect(evaluateExpression(source)).toBeCloseTo(value, 12);
  });

  it.each([
    '',
    ' ',
    'two',
    '2*',
    '(2',
    '2)',
    '2 3',
    '1/0',
    '0/0',
    '2**3',
    'x+1',
    '1,000',
    'alert(1)',
    '1e999',
  ])('has no value: %s', (source) => {
    expect(evaluateExpression(source)).toBeUndefined();
  });
});
