import { CornerDownRight, GraduationCap, Terminal } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import { declarationOf } from '../../engine/document/blocks.ts';
import { categoryColor, LayerIcon } from '../canvas/LayerIcon.tsx';
import { showPlace } from '../canvas/show-place.ts';
import { CommandList } from '../design/CommandList.tsx';
import { KeyCaps } from '../design/KeyCaps.tsx';
import type { CommandGroup } from '../design/ranked.ts';
import { type DocumentState, useDocumentStore } from '../document/store.ts';
import { openTemplate } from '../gallery/open-template.ts';
import { templates } from '../gallery/templates.ts';
import { type Translate, useLanguage, useT, useText } from '../i18n/i18n.ts';
import type { EntryGroup } from '../palette/entries.ts';
import { addAndFocus } from '../palette/Palette.tsx';
import { useEntryGroups } from '../palette/use-entries.ts';
import { showOverlay, useWorkspace } from '../workspace/state.ts';
import { type ActionId, actionOf, actions } from './actions.ts';
import css from './CommandPalette.module.css';
import { actionLabel } from './menu-entries.ts';

interface Command {
  readonly id: string;
  readonly label: string;
  /** What else finds it. */
  readonly words: readonly string[];
  readonly detail?: string;
  readonly keys?: string | undefined;
  readonly icon: ReactNode;
  readonly run: () => unknown;
}

/** Moving by keys makes no sense in a list. */
const byKeyOnly: ReadonlySet<ActionId> = new Set<ActionId>([
  'palette',
  'nudgeLeft',
  'nudgeRight',
  'nudgeUp',
  'nudgeDown',
]);

/** Everything that can be done, added, gone to or opened, found by typing, with the key that does the same. */
export function CommandPalette({ open }: { readonly open: boolean }) {
  const t = useT();
  const text = useText();
  const language = useLanguage();
  const state = useDocumentStore();
  const onBuild = useWorkspace(({ page }) => page === 'build');
  const entries = useEntryGroups();
  const groups: CommandGroup<Command>[] = open
    ? [
        {
          value: t('commands.actions'),
          items: possibleActions(state, onBuild).map((id): Command => {
            const { keys, run } = actionOf(id);
            const label = actionLabel(id, state, t, language);
            return {
              id: `do ${id}`,
              label,
              words: [id],
              keys: keys[0],
              icon: <Terminal size={14} aria-hidden />,
              run,
            };
          }),
        },
        ...(onBuild
          ? [
              { value: t('commands.nodes'), items: nodeCommands(state, text, t) },
              { value: t('commands.add'), items: layerCommands(entries, text) },
            ]
          : []),
        {
          value: t('commands.templates'),
          items: templates.map((template): Command => {
            const { id, title, teaches } = template;
            return {
              id: `open ${id}`,
              label: text(title),
              words: [id, title.en, title.zh],
              detail: text(teaches),
              icon: <GraduationCap size={15} aria-hidden />,
              run: () => openTemplate(template),
            };
          }),
        },
      ]
    : [];

  return (
    <CommandList<Command>
      open={open}
      onClose={() => showOverlay(undefined)}
      title={t('commands.title')}
      placeholder={t('commands.search')}
      empty={t('commands.nothing')}
      groups={groups}
      mostOfEach={40}
      keyOf={({ id }) => id}
      rankOf={({ label, words }, query) =>
        query
          .toLowerCase()
          .split(/\s+/)
          .every((part) => [label, ...words].some((word) => word.toLowerCase().includes(part)))
          ? 0
          : undefined
      }
      choose={({ run }) => void run()}
      show={({ icon, label, detail, keys }) => (
        <>
          <span className={css['icon']}>{icon}</span>
          <span className={css['label']}>{label}</span>
          <span className={css['detail']}>{detail}</span>
          {keys === undefined ? null : <KeyCaps binding={keys} />}
        </>
      )}
    />
  );
}

function possibleActions(state: DocumentState, onBuild: boolean): ActionId[] {
  return (Object.keys(actions) as ActionId[]).filter((id) => {
    const { reach, enabled } = actionOf(id);
    return !byKeyOnly.has(id) && (onBuild || reach === 'studio') && enabled?.(state) !== false;
  });
}

function nodeCommands(
  { analysis, document, level }: DocumentState,
  text: (text: Text) => string,
  t: Translate,
): Command[] {
  const start = level.map((id) => `${id}/`).join('');
  return [...analysis.topology.nodes.values()].map((node): Command => {
    const declaration = declarationOf(document.blocks, node.type);
    const title = declaration === undefined ? node.type : text(declaration.title);
    const category = declaration?.category ?? 'shape';
    return {
      id: `go ${node.id}`,
      label: node.name,
      words: [title, node.type, t('commands.go')],
      detail: title,
      icon: (
        <span style={{ color: categoryColor(category) }}>
          <CornerDownRight size={14} aria-hidden />
        </span>
      ),
      run: () => requestAnimationFrame(() => showPlace({ node: start + node.id })),
    };
  });
}

const layerCommands = (groups: readonly EntryGroup[], text: (text: Text) => string): Command[] =>
  groups.flatMap(({ entries }) =>
    entries.map(
      ({ type, category, title, shortName, summary }): Command => ({
        id: `add ${type}`,
        label: text(title),
        words: [type, title.en, title.zh, shortName],
        detail: text(summary),
        icon: (
          <span style={{ color: categoryColor(category) }}>
            <LayerIcon type={type} category={category} size={15} />
          </span>
        ),
        run: () => addAndFocus(type),
      }),
    ),
  );
