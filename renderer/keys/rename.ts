import { useDocumentStore } from '../document/store.ts';

/** Opens the name of the one selected node for editing: the same field that a double click opens. */
export function renameSelected(): void {
  const [id] = useDocumentStore.getState().selection.nodes;
  if (id === undefined) return;
  document
    .querySelector(`[data-node-name="${CSS.escape(id)}"]`)
    ?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
}

/** Opens a note's words for editing: the same field that a double click opens. */
export function editNote(id: string): void {
  document
    .querySelector(`[data-note="${CSS.escape(id)}"]`)
    ?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
}
