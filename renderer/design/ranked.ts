export interface CommandGroup<T> {
  readonly value: string;
  readonly items: readonly T[];
}

/** What answers a query, the best first in its group, and the group first that holds the best; equals stay in their order. */
export function rankedGroups<T>(
  groups: readonly CommandGroup<T>[],
  rankOf: (item: T) => number | undefined,
): CommandGroup<T>[] {
  return groups
    .map(({ value, items }) => {
      const ranked = items
        .flatMap((item) => {
          const rank = rankOf(item);
          return rank === undefined ? [] : [{ item, rank }];
        })
        .toSorted((a, b) => a.rank - b.rank);
      return { value, items: ranked.map(({ item }) => item), best: ranked[0]?.rank ?? Infinity };
    })
    .filter(({ items }) => items.length > 0)
    .toSorted((a, b) => a.best - b.best)
    .map(({ value, items }) => ({ value, items }));
}
