import { describe, expect, it } from 'vitest';
import { understand } from '../../../engine/data/readers/columns.ts';

describe('a column', () => {
  it('says by what stands between its cells what a comma in a number is', () => {
    const first = (cells: readonly string[], delimiter: string): number | undefined =>
      understand('a', cells, delimiter).at(0);
    expect(first(['1,250', '2,500'], ',')).toBe(1250);
    expect(first(['1,250', '2,500'], ';')).toBe(1.25);
    expect(first(['1,25', '2,500'], ',')).toBe(1.25);
  });

  it.each([
    ['thousands that not all have', ['1,250', '12345', '7.5'], [1250, 12345, 7.5]],
    ['points between thousands, and a comma', ['1.234.567,5', '1.250,25', '-3'], [1234567.5, 1250.25, -3]],
    ['blanks between thousands', ['1 250', '1 000 000,5', '7'], [1250, 1000000.5, 7]],
    ['apostrophes between them', ["1'250.5", '2’000’000', '7'], [1250.5, 2000000, 7]],
    ['money', ['$1,250.00', '-$3.50', '$7'], [1250, -3.5, 7]],
    ['money of Europe', ['1.250,50 €', '3,5€', '€7'], [1250.5, 3.5, 7]],
    ['shares', ['5%', '12.5 %', '-1%'], [5, 12.5, -1]],
    [
      'signs and points anywhere',
      ['+5', '-5', '.5', '-.5', '5.', '-1.250', '1e3'],
      [5, -5, 0.5, -0.5, 5, -1.25, 1000],
    ],
    [
      'points between thousands in some rows only',
      ['1.250', '12', '-3', '1.250.000,5'],
      [1250, 12, -3, 1250000.5],
    ],
    ['a minus of its own', ['−5.5', '3', '−0.25'], [-5.5, 3, -0.25]],
    [
      'blanks that hold nothing, in many ways',
      ['1', '#N/A', '.', '--', '<NA>', 'n/a', '2'],
      [1, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 2],
    ],
  ])('has numbers with %s', (_, cells, numbers) => {
    const { kind, at } = understand('a', cells, ';');
    expect(kind).toBe('number');
    expect(cells.map((_, row) => at(row))).toEqual(numbers);
  });

  it.each([
    ['1970-01-03T12:00:00.000Z', 2.5],
    ['3.1.1970 06:00', 2.25],
    ['1970年1月3日', 2],
    ['1970年01月03日 18:00', 2.75],
    ['03-Jan-1970', 2],
    ['3 January 1970', 2],
    ['January 3, 1970', 2],
    ['1/3/1970 12:00:00 AM', 2],
    ['1/3/1970 6:00 PM', 2.75],
  ])('has days such as %s', (cell, day) => {
    const { kind, at } = understand('a', [cell, '?']);
    expect([kind, at(0), at(1)]).toEqual(['date', day, Number.NaN]);
  });

  it.each(['3 Janvier 1970', '31 February 2020', '2020年13月1日', '1,25,00', '1.2.3', '$', '%'])(
    'takes %s for a word',
    (cell) => {
      expect(understand('a', [cell, cell]).kind).toBe('category');
    },
  );

  it('says for a whole column whether days or months come first', () => {
    const days = (...cells: string[]): readonly number[] =>
      cells.map((_, row) => understand('a', cells).at(row));
    expect(days('01/02/1970', '12/31/1970')).toEqual([1, 364]);
    expect(days('01/02/1970', '31/12/1970')).toEqual([31, 364]);
    expect(understand('a', ['01/02/1970', '31/12/1970', '12/31/1970']).kind).toBe('category');
  });
});
