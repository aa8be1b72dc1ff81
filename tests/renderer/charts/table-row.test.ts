import { describe, expect, it } from 'vitest';
import { columnsOf, rowFor, toldOf, valuesOf } from '../../../renderer/charts/table-row.ts';

const samples = {
  inputShape: [4],
  preparation: [
    { name: 'size', scale: 0.5, shift: -1, missing: 2 },
    { name: 'colour', categories: ['red', 'blue'] },
    { name: 'age', scale: 2, shift: 0, missing: 3 },
  ],
};

describe('a row of a table', () => {
  it('is read and asked in the units of its columns, words as the numbers of theirs', () => {
    const columns = columnsOf(samples);
    expect(columns.map(({ name, start }) => [name, start])).toEqual([
      ['size', 0],
      ['colour', 1],
      ['age', 3],
    ]);
    const row = rowFor(columns, [6, 1, 10]);
    expect([...row]).toEqual([2, 0, 1, 20]);
    expect(valuesOf(columns, row)).toEqual([6, 1, 10]);
    const none = rowFor(columns, [6, -1, 10]);
    expect(valuesOf(columns, none), 'no word is none').toEqual([6, -1, 10]);
    expect([toldOf(columns, row), toldOf(columns, none)]).toEqual([
      ['6.000', 'blue', '10.00'],
      ['6.000', '–', '10.00'],
    ]);
  });

  it('is called by its places where nobody named them', () => {
    const columns = columnsOf({ inputShape: [3] });
    expect(columns.map(({ name }) => name)).toEqual(['x1', 'x2', 'x3']);
    expect([...rowFor(columns, [1, 2, 3])]).toEqual([1, 2, 3]);
  });
});
