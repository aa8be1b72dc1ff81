import { useMemo } from 'react';
import { Menu } from '../design/Menu.tsx';
import { useDocumentStore } from '../document/store.ts';
import { useLanguage, useT } from '../i18n/i18n.ts';
import { type ActionId, actionOf } from '../keys/actions.ts';
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
      'connect',
      'replace',
      'rename',
      'openParts',
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
  return (
    <Menu
      entries={entries}
      open={at !== undefined}
      anchor={anchor}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    />
  );
}
