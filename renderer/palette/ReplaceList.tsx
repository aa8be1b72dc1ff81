import { useMemo } from 'react';
import { focusNode } from '../canvas/view.ts';
import { CommandList } from '../design/CommandList.tsx';
import { replacementsFor, replaceNode } from '../document/replace.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import { showOverlay } from '../workspace/state.ts';
import { EntryRow } from './EntryRow.tsx';
import { type PaletteEntry, rankOf } from './entries.ts';
import { useEntryGroups } from './use-entries.ts';

type Choice = PaletteEntry & { readonly fits: boolean };

/** What the selected node could become without losing a wire: first what its neighbours' shapes fit, then the rest. */
export function ReplaceList({ open }: { readonly open: boolean }) {
  const t = useT();
  const selected = useDocumentStore(({ selection, analysis }) => {
    const [id] = selection.nodes.size === 1 ? selection.nodes : [];
    return id === undefined ? undefined : analysis.topology.nodes.get(id);
  });
  const entries = useEntryGroups();
  const groups = useMemo(() => {
    if (!open || selected === undefined) return [];
    const known = entries.flatMap((group) => group.entries);
    const possible = new Map(
      replacementsFor(
        selected.id,
        known.map(({ type }) => type),
      ).map(({ type, fits }) => [type, fits]),
    );
    const choices = known.flatMap((entry): Choice[] => {
      const fits = possible.get(entry.type);
      return fits === undefined ? [] : [{ ...entry, fits }];
    });
    return [
      { value: t('replace.fits'), items: choices.filter(({ fits }) => fits) },
      { value: t('replace.others'), items: choices.filter(({ fits }) => !fits) },
    ].filter(({ items }) => items.length > 0);
  }, [open, selected, entries, t]);

  return (
    <CommandList<Choice>
      open={open}
      onClose={() => showOverlay(undefined)}
      title={t('replace.title', { name: selected?.name ?? '' })}
      placeholder={t('palette.search')}
      empty={t('palette.nothingFound')}
      groups={groups}
      keyOf={({ type }) => type}
      rankOf={rankOf}
      choose={({ type }) => {
        const node = selected && replaceNode(selected.id, type);
        if (node !== undefined) requestAnimationFrame(() => requestAnimationFrame(() => focusNode(node.id)));
      }}
      show={(layer) => <EntryRow {...layer} />}
    />
  );
}
