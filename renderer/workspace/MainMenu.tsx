import { type ReactElement, useState } from 'react';
import { Menu, type MenuEntry } from '../design/Menu.tsx';
import { setTheme, type ThemeChoice, useTheme } from '../design/theme.ts';
import { openRecent } from '../document/files.ts';
import { useDocumentStore } from '../document/store.ts';
import { setLanguage, useLanguage, useT } from '../i18n/i18n.ts';
import { type ActionId } from '../keys/actions.ts';
import { actionEntries } from '../keys/menu-entries.ts';
import { shell } from '../shell/current.ts';
import type { RecentFile } from '../shell/shell.ts';
import { useWorkspace } from './state.ts';

const editing: readonly (ActionId | null)[] = [
  'undo',
  'redo',
  'history',
  null,
  'cut',
  'copy',
  'paste',
  'duplicate',
  'delete',
  'deleteGap',
  null,
  'selectAll',
  'find',
  'addLayer',
  'connect',
  'replace',
  'rename',
  'openParts',
  null,
  'makeBlock',
  'enterBlock',
  'leaveBlock',
  'dissolveBlock',
  'detachBlock',
  'saveBlock',
];

/** Everything the studio can do, with its keys. */
export function MainMenu({ trigger }: { readonly trigger: ReactElement<Record<string, unknown>> }) {
  const t = useT();
  const language = useLanguage();
  const state = useDocumentStore();
  const theme = useTheme(({ choice }) => choice);
  const onBuild = useWorkspace(({ page }) => page === 'build');
  const [recent, setRecent] = useState<readonly RecentFile[]>([]);
  const of = (ids: readonly (ActionId | null)[]): MenuEntry[] => actionEntries(ids, state, t, language);

  const recentEntries = recent.map(
    (file): MenuEntry => ({
      kind: 'item',
      id: file.name,
      label: file.name,
      run: () => void openRecent(file),
    }),
  );
  const entries: MenuEntry[] = [
    {
      kind: 'menu',
      id: 'file',
      label: t('menu.file'),
      entries: [
        ...of(['new', 'templates', 'open']),
        { kind: 'menu', id: 'recent', label: t('gallery.recent'), entries: recentEntries },
        ...(onBuild
          ? [
              { kind: 'line', id: 'save line' } as const,
              ...of(['save', 'saveAs', null, 'exportOnnx', 'picture']),
            ]
          : []),
      ],
    },
    ...(onBuild ? [{ kind: 'menu', id: 'edit', label: t('menu.edit'), entries: of(editing) } as const] : []),
    {
      kind: 'menu',
      id: 'view',
      label: t('menu.view'),
      entries: [
        ...(onBuild
          ? [
              ...of(['arrangeRight', 'arrangeDown', null, 'fitView', 'zoomIn', 'zoomOut', 'zoomReset']),
              { kind: 'line', id: 'zoom line' } as const,
            ]
          : []),
        {
          kind: 'choice',
          id: 'theme',
          label: t('app.theme'),
          value: theme,
          options: [
            { value: 'light', label: t('app.themeLight') },
            { value: 'dark', label: t('app.themeDark') },
            { value: 'system', label: t('app.themeSystem') },
          ],
          choose: (value) => setTheme(value as ThemeChoice),
        },
        {
          kind: 'choice',
          id: 'language',
          label: t('app.language'),
          value: language,
          options: [
            { value: 'en', label: 'English' },
            { value: 'zh', label: '中文' },
          ],
          choose: (value) => setLanguage(value === 'zh' ? 'zh' : 'en'),
        },
      ],
    },
    { kind: 'line', id: 'help line' },
    ...of(['palette', 'learnPage', 'tour', 'showKeys']),
  ];
  return (
    <Menu
      entries={entries}
      trigger={trigger}
      onOpenChange={(open) => {
        if (open) shell.recentFiles().then(setRecent, () => setRecent([]));
      }}
    />
  );
}
