import type { Language } from '../../engine/declaration/text.ts';
import type { MenuEntry } from '../design/Menu.tsx';
import { isSelectionFrozen } from '../document/frozen.ts';
import type { EditLabel } from '../document/history.ts';
import type { DocumentState } from '../document/store.ts';
import type { Translate } from '../i18n/i18n.ts';
import { type ActionId, actionOf } from './actions.ts';

/** What an action is called now: undo and redo say what they take back, and what is frozen is unfrozen. */
export function actionLabel(id: ActionId, state: DocumentState, t: Translate, language: Language): string {
  if (id === 'freeze' && isSelectionFrozen(state)) return t('menu.unfreeze');
  const step =
    id === 'undo' ? state.history.past.at(-1) : id === 'redo' ? state.history.future[0] : undefined;
  if (step === undefined) return t(actionOf(id).label);
  const what = stepLabel(step.label, t, language);
  return id === 'undo' ? t('menu.undoWhat', { what }) : t('menu.redoWhat', { what });
}

/** `connect conv1 → bn1` */
export function stepLabel({ key, name }: EditLabel, t: Translate, language: Language): string {
  const step = t(`history.${key}`);
  if (name === undefined) return step;
  const shown =
    typeof name === 'string' ? name : 'sentence' in name ? (t(name.sentence) as string) : name[language];
  return t('history.of', { step, name: shown });
}

/** Menu entries for actions; `null` draws a line. */
export function actionEntries(
  ids: readonly (ActionId | null)[],
  state: DocumentState,
  t: Translate,
  language: Language,
): MenuEntry[] {
  return ids.map((id, i): MenuEntry => {
    if (id === null) return { kind: 'line', id: `line ${i}` };
    const action = actionOf(id);
    return {
      kind: 'item',
      id,
      label: actionLabel(id, state, t, language),
      keys: action.keys[0],
      disabled: action.enabled?.(state) === false,
      run: () => void action.run(),
    };
  });
}
