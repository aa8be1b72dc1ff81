import { memo, useState } from 'react';
import { markCss } from '../document/marks.ts';
import { noteOfKey, resizeNote, setNoteText } from '../document/notes.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import { Resizable } from './flow-parts.tsx';
import css from './NoteCard.module.css';

/** Words on the canvas. A double click, or Enter on it, makes them a field. */
export const NoteCard = memo(function NoteCard({ id: key }: { readonly id: string }) {
  const t = useT();
  const id = noteOfKey(key) ?? key;
  const note = useDocumentStore((state) => state.document.notes?.find((candidate) => candidate.id === id));
  const isSelected = useDocumentStore((state) => state.selection.notes?.has(id) === true);
  const [editing, setEditing] = useState(false);
  if (note === undefined) return null;
  const { text, color } = note;
  return (
    <>
      <Resizable isSelected={isSelected} onResized={(box) => resizeNote(id, box)} />
      <div
        className={css['note']}
        data-note={id}
        data-selected={isSelected || undefined}
        data-marked={color}
        style={color === undefined ? undefined : ({ '--mark': markCss(color) } as React.CSSProperties)}
        onDoubleClick={() => setEditing(true)}
      >
        {editing ? (
          <textarea
            className={`${css['field']} nodrag nopan nowheel`}
            aria-label={t('notes.text')}
            placeholder={t('notes.placeholder')}
            defaultValue={text}
            ref={(field) => {
              if (field !== null && document.activeElement !== field) {
                field.focus();
                field.select();
              }
            }}
            onBlur={(event) => {
              setNoteText(id, event.currentTarget.value);
              setEditing(false);
            }}
          />
        ) : (
          <p className={css['text']} data-empty={text === '' || undefined}>
            {text === '' ? t('notes.empty') : text}
          </p>
        )}
      </div>
    </>
  );
});
