import { describe, expect, it } from 'vitest';
import { builtInBlocks } from '../../../renderer/blocks/known-blocks.ts';
import { rankedGroups } from '../../../renderer/design/ranked.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { entryGroups, rankOf } from '../../../renderer/palette/entries.ts';

const groups = entryGroups({
  library: builtInBlocks,
  mine: [],
  project: emptyDocument('Test'),
  isInside: false,
}).map(({ title, entries }) => ({ value: title, items: entries }));
const found = (query: string): string[] =>
  rankedGroups(groups, (entry) => rankOf(entry, query)).flatMap(({ items }) => items.map(({ type }) => type));

describe('what is typed to find a layer', () => {
  it('finds first what is called so, then what begins so, then what contains it', () => {
    expect(found('交叉熵')[0], 'not the binary one, which is listed before it').toBe('cross-entropy');
    expect(found('交叉熵')).toContain('bce');
    expect(found('Add')[0]).toBe('add');
    expect(found('pool').slice(0, 2).toSorted()).toEqual(['adaptive-average-pool', 'global-average-pool']);
    expect(found('residual').slice(0, 2)).toEqual(['library:residual', 'library:residual-down']);
    expect(found('层归一化')[0]).toBe('layer-norm');
  });

  it('leaves everything in its place while nothing is typed', () => {
    expect(found('')).toEqual(groups.flatMap(({ items }) => items.map(({ type }) => type)));
  });

  it('finds nothing for what nothing is called', () => {
    expect(found('xyzzy')).toEqual([]);
  });
});
