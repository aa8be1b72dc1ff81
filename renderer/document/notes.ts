import { text } from '../../engine/declaration/text.ts';
import { freshId } from '../../engine/document/fresh.ts';
import { documentLimits, type Note } from '../../engine/document/schema.ts';
import type { EditLabel } from './history.ts';
import { type DocumentState, edit, useDocumentStore } from './store.ts';

/** Notes stand on the canvas beside nodes, whose ids have no colon. */
const prefix = 'note:';
export const keyOfNote = (id: string): string => prefix + id;
/** The id of the note that a key on the canvas stands for; undefined for a node's. */
export const noteOfKey = (key: string): string | undefined =>
  key.startsWith(prefix) ? key.slice(prefix.length) : undefined;

export const selectedNotes = ({ document, selection }: DocumentState): Note[] =>
  (document.notes ?? []).filter(({ id }) => selection.notes?.has(id));

/** What a step of the history calls some notes. */
export const notesName = (count: number): NonNullable<EditLabel['name']> =>
  count === 1 ? { sentence: 'notes.note' } : text(`${count} notes`, `${count} 条便签`);

const size = { width: 208, height: 112 };

type Point = Note['position'];
type Size = Note['size'];

const gap = 16;

/** Puts an empty note around a place, or below where what is there would cover it, and selects it. */
export function addNote(center: Point, sizes: ReadonlyMap<string, Size> = new Map()): string | undefined {
  const { nodes, notes = [] } = useDocumentStore.getState().document;
  if (notes.length >= documentLimits.notes) return undefined;
  const id = freshId('note', new Set(notes.map((note) => note.id)));
  const position = { x: center.x - size.width / 2, y: center.y - size.height / 2 };
  const taken = [
    ...nodes.map((node) => ({ ...node.position, ...(sizes.get(node.id) ?? { width: 0, height: 0 }) })),
    ...notes.map((note) => ({ ...note.position, ...note.size })),
  ].filter(({ x, width }) => x < position.x + size.width + gap && position.x < x + width + gap);
  for (const box of taken.toSorted((a, b) => a.y - b.y)) {
    const isClear = box.y >= position.y + size.height + gap || box.y + box.height + gap <= position.y;
    if (!isClear) position.y = Math.ceil((box.y + box.height + gap) / gap) * gap;
  }
  edit(
    { key: 'add', name: notesName(1) },
    (draft) => {
      draft.notes = [...notes, { id, text: '', position, size }];
    },
    { select: { nodes: new Set(), wires: new Set(), notes: new Set([id]) } },
  );
  return id;
}

function change(id: string, to: Partial<Note>): void {
  edit({ key: 'change', name: notesName(1) }, (draft) => {
    const note = draft.notes?.find((candidate) => candidate.id === id);
    if (note !== undefined) Object.assign(note, to);
  });
}

/** Of a longer text what the project holds. */
export function setNoteText(id: string, words: string): void {
  const before = useDocumentStore.getState().document.notes?.find((note) => note.id === id);
  const text = words.slice(0, documentLimits.noteLength);
  if (before !== undefined && before.text !== text) change(id, { text });
}

export const resizeNote = (id: string, { x, y, width, height }: Point & Note['size']): void =>
  change(id, { position: { x, y }, size: { width, height } });
