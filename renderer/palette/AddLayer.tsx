import { focusNode } from '../canvas/view.ts';
import { CommandList } from '../design/CommandList.tsx';
import { addAny } from '../document/add-any.ts';
import { portHeight, snap } from '../document/commands.ts';
import { useT } from '../i18n/i18n.ts';
import { showOverlay, useWorkspace } from '../workspace/state.ts';
import { EntryRow } from './EntryRow.tsx';
import { type PaletteEntry, rankOf } from './entries.ts';
import { addAndFocus } from './Palette.tsx';
import { useEntryGroups } from './use-entries.ts';

/** Search to add, over the page; with an open wire, only what it can end at. */
export function AddLayer({ open }: { readonly open: boolean }) {
  const t = useT();
  const addingAt = useWorkspace((state) => state.addingAt);
  const side = addingAt?.open?.isOutput === false ? 'outputs' : 'inputs';
  const groups = useEntryGroups()
    .map(({ title, entries }) => ({
      value: t(title),
      items: addingAt?.open === undefined ? entries : entries.filter(({ ports }) => ports[side] > 0),
    }))
    .filter(({ items }) => items.length > 0);

  const choose = ({ type }: PaletteEntry): void => {
    if (addingAt === undefined) {
      addAndFocus(type);
      return;
    }
    const { at, open: wire } = addingAt;
    const place = wire === undefined ? at : { x: snap(at.x), y: snap(at.y - portHeight) };
    const node = addAny(type, place, wire);
    if (node !== undefined) requestAnimationFrame(() => requestAnimationFrame(() => focusNode(node.id)));
  };

  return (
    <CommandList<PaletteEntry>
      open={open}
      onClose={() => showOverlay(undefined)}
      title={t('palette.addLayer')}
      placeholder={t('palette.search')}
      empty={t('palette.nothingFound')}
      groups={groups}
      keyOf={({ type }) => type}
      rankOf={rankOf}
      choose={choose}
      show={(layer) => <EntryRow {...layer} />}
    />
  );
}
