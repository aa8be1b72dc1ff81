import { useMemo } from 'react';
import { Menu, type MenuEntry } from '../design/Menu.tsx';
import { setColor } from '../document/commands.ts';
import { colorOf, type MarkChoice, markChoices, markCss, markOf } from '../document/marks.ts';
import { useDocumentStore } from '../document/store.ts';
import { useLanguage, useT } from '../i18n/i18n.ts';
import { type ActionId, actionOf, hasNodesOrNotes } from '../keys/actions.ts';
import { actionEntries } from '../keys/menu-entries.ts';

export interface MenuAt {
  readonly x: number;
  readonly y: number;
}

const ofBlocks: readonly ActionId[] = [
  'makeBlock',
  'enterBlock',
  'leaveBlock',
  'dissolveBlock',
  'detachBlock',
  'saveBlock',
];

/** What can be done with what is selected, at the pointer. */
export function CanvasMenu({
  at,
  onClose,
}: {
  readonly at: MenuAt | undefined;
  readonly onClose: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const state = useDocumentStore();
  const anchor = useMemo(
    () => (at === undefined ? undefined : { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) }),
    [at],
  );
  const entries = actionEntries(
    [
      'addLayer',
      'addNote',
      'connect',
      'replace',
      'rename',
      'openParts',
      'freeze',
      null,
      ...ofBlocks.filter((id) => actionOf(id).enabled?.(state) === true),
      null,
      'cut',
      'copy',
      'paste',
      'duplicate',
      null,
      'selectAll',
      'arrangeRight',
      'fitView',
      null,
      'delete',
      'deleteGap',
    ],
    state,
    t,
    language,
  );
  const color: MenuEntry = {
    kind: 'menu',
    id: 'color',
    label: t('color.title'),
    entries: [
      {
        kind: 'choice',
        id: 'colors',
        label: t('color.title'),
        value: markOf(state) ?? '',
        options: markChoices.map((choice) => ({
          value: choice,
          label: t(`color.${choice}`),
          swatch: markCss(choice),
        })),
        choose: (choice) => setColor(colorOf(choice as MarkChoice)),
      },
    ],
  };
  return (
    <Menu
      entries={hasNodesOrNotes(state) ? withColor(entries, color) : entries}
      open={at !== undefined}
      anchor={anchor}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    />
  );
}

/** The colour stands among what is done to a node itself. */
function withColor(entries: readonly MenuEntry[], color: MenuEntry): MenuEntry[] {
  const at = entries.findIndex(({ kind }) => kind === 'line');
  return entries.toSpliced(at, 0, color);
}
