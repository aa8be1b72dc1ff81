import { tinykeys } from 'tinykeys';
import { isCovered } from '../design/covered.ts';
import { copySelection, cutSelection, paste, selectedFragment } from '../document/clipboard.ts';
import { useDocumentStore } from '../document/store.ts';
import { useWorkspace } from '../workspace/state.ts';
import { type Action, type ActionId, actionOf, actions } from './actions.ts';

const editable = 'input, textarea, [contenteditable="true"]';

const isEditable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches(editable);

/** The keyboard is on the canvas, or nowhere in particular; not in a menu, a list, a toolbar or a tab. */
const isOnCanvas = (target: EventTarget | null): boolean =>
  target === document.body || (target instanceof Element && target.closest('[data-canvas]') !== null);

function counts(action: Action, event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.isComposing || event.defaultPrevented || action.reach === 'event') return false;
  if (isCovered()) return false;
  const onPage = useWorkspace.getState().page === 'build';
  if (action.reach !== 'studio' && !onPage) return false;
  if (isEditable(target)) {
    const ofDocument = action.id === 'undo' || action.id === 'redo';
    if (ofDocument) return target instanceof HTMLElement && 'pristine' in target.dataset;
    if (event.ctrlKey || event.metaKey) return action.id !== 'selectAll';
    // Keys that type nothing.
    return action.reach !== 'canvas' && /^F\d+$/.test(event.key);
  }
  if (action.reach === 'canvas' || action.id === 'selectAll') return isOnCanvas(target);
  return true;
}

/** What is being typed counts for what a key does to the document. */
function takeDraft(target: EventTarget | null): void {
  if (!(target instanceof HTMLElement) || !('draft' in target.dataset)) return;
  target.blur();
  target.focus();
}

const pressable = 'button, input, textarea, [role="button"]';

type KeyListeners = Record<string, (event: KeyboardEvent) => void>;

/** The space bar moves the view while it is held; it counts as a key when it is let go of and nothing was pressed meanwhile. */
function listenToSpace(released: KeyListeners): () => void {
  let alone = false;
  const onDown = (event: KeyboardEvent): void => {
    const { target } = event;
    if (event.code !== 'Space') alone = false;
    // On a button the space bar presses it.
    else if (!event.repeat) alone = !(target instanceof Element && target.closest(pressable) !== null);
  };
  const onPointer = (): void => {
    alone = false;
  };
  const onUp = (event: KeyboardEvent): void => {
    if (event.code === 'Space' && alone && isOnCanvas(event.target)) released['Space']?.(event);
    if (event.code === 'Space') alone = false;
  };
  window.addEventListener('keydown', onDown, { capture: true });
  window.addEventListener('pointerdown', onPointer, { capture: true });
  window.addEventListener('keyup', onUp);
  return () => {
    window.removeEventListener('keydown', onDown, { capture: true });
    window.removeEventListener('pointerdown', onPointer, { capture: true });
    window.removeEventListener('keyup', onUp);
  };
}

/** Listens to the keys of every action. Returns the function that stops it. */
export function startKeys(): () => void {
  const bindings: KeyListeners = {};
  const released: KeyListeners = {};
  for (const id of Object.keys(actions) as ActionId[]) {
    const action = actionOf(id);
    for (const key of action.keys) {
      (key === 'Space' ? released : bindings)[key] = (event) => {
        if (!counts(action, event)) return;
        event.preventDefault();
        takeDraft(event.target);
        if (action.enabled?.(useDocumentStore.getState()) ?? true) action.run();
      };
    }
  }
  const stopKeys = tinykeys(window, bindings);
  const stopSpace = listenToSpace(released);
  const stopClipboard = listenToClipboard();
  return () => {
    stopKeys();
    stopSpace();
    stopClipboard();
  };
}

/** The browser's own events carry the clipboard without asking for permission. */
function listenToClipboard(): () => void {
  const counts = (event: ClipboardEvent): boolean =>
    !isEditable(event.target) && !isCovered() && useWorkspace.getState().page === 'build';
  const hasText = (): boolean => window.getSelection()?.isCollapsed === false;

  const onCopy = (event: ClipboardEvent): void => {
    const fragment = selectedFragment();
    if (!counts(event) || hasText() || fragment === undefined) return;
    event.preventDefault();
    void (event.type === 'cut' ? cutSelection : copySelection)(event.clipboardData ?? undefined);
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (!counts(event)) return;
    event.preventDefault();
    void paste(event.clipboardData?.getData('text/plain') ?? '');
  };
  document.addEventListener('copy', onCopy);
  document.addEventListener('cut', onCopy);
  document.addEventListener('paste', onPaste);
  return () => {
    document.removeEventListener('copy', onCopy);
    document.removeEventListener('cut', onCopy);
    document.removeEventListener('paste', onPaste);
  };
}
