import { Trash2 } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { blockType } from '../../engine/document/blocks.ts';
import { findLibraryBlock } from '../blocks/known-blocks.ts';
import { removeFromMine } from '../blocks/library.ts';
import { categoryColor, LayerIcon } from '../canvas/LayerIcon.tsx';
import { focusNode } from '../canvas/view.ts';
import { IconButton } from '../design/Button.tsx';
import { rankedGroups } from '../design/ranked.ts';
import { SearchField } from '../design/SearchField.tsx';
import { Tooltip } from '../design/Tooltip.tsx';
import { addAny } from '../document/add-any.ts';
import { deleteBlock } from '../document/block-commands.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { layerDragType, setDraggedLayer } from './drag.ts';
import { type PaletteEntry, rankOf } from './entries.ts';
import css from './Palette.module.css';
import { useEntryGroups } from './use-entries.ts';

/** Adds a layer beside what is selected and takes the keyboard to it. */
export function addAndFocus(type: string): void {
  const node = addAny(type);
  if (node !== undefined) requestAnimationFrame(() => requestAnimationFrame(() => focusNode(node.id)));
}

/** All layers, to be dragged, double-clicked, or found by typing and added with Enter. */
export function Palette() {
  const t = useT();
  const [query, setQuery] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const groups = rankedGroups(
    useEntryGroups().map(({ title, entries }) => ({ value: t(title), items: entries })),
    (entry) => (query.trim() === '' ? 0 : rankOf(entry, query)),
  );

  const move = (event: KeyboardEvent, by: number): void => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[data-layer]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = items[at + by];
    event.preventDefault();
    if (next !== undefined) next.focus();
  };
  const first = groups[0]?.items[0];

  return (
    <div className={css['palette']}>
      <SearchField
        label={t('palette.search')}
        value={query}
        onChange={setQuery}
        onEnter={() => {
          if (first !== undefined) addAndFocus(first.type);
        }}
        onDown={(event) => move(event, 1)}
      />
      <div
        ref={list}
        className={css['list']}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') move(event, 1);
          if (event.key === 'ArrowUp') move(event, -1);
        }}
        role="presentation"
      >
        {groups.map(({ value: title, items }) => (
          <div key={title} role="group" aria-label={title}>
            <h2 className={css['group']}>{title}</h2>
            <ul>
              {items.map((entry) => (
                <li key={entry.type} className={css['entry']}>
                  <PaletteItem entry={entry} />
                  <RemoveButton entry={entry} />
                </li>
              ))}
            </ul>
          </div>
        ))}
        {groups.length === 0 ? <p className={css['empty']}>{t('palette.nothing', { query })}</p> : null}
      </div>
      <p className={css['help']}>{t('palette.help')}</p>
    </div>
  );
}

/** A block that is not used can leave the project; the person's own can leave their library. */
function RemoveButton({ entry }: { readonly entry: PaletteEntry }) {
  const t = useT();
  const text = useText();
  const mine = findLibraryBlock(entry.type);
  const isMine = mine !== undefined && entry.type.startsWith('mine:');
  if (!isMine && entry.instances !== 0) return null;
  const name = text(entry.title);
  return (
    <IconButton
      className={css['remove']}
      label={t(isMine ? 'blocks.deleteMine' : 'blocks.delete', { name })}
      onClick={() =>
        isMine ? void removeFromMine(mine) : deleteBlock(entry.type.slice(blockType('').length))
      }
    >
      <Trash2 size={13} aria-hidden />
    </IconButton>
  );
}

function PaletteItem({ entry: layer }: { readonly entry: PaletteEntry }) {
  const t = useT();
  const text = useText();
  const title = text(layer.title);
  // The name in the other language gives way where there is no room, and is never what is cut first.
  const [own, given] = title.split('（');
  return (
    <Tooltip side="right" content={text(layer.summary)}>
      <button
        type="button"
        data-layer={layer.type}
        className={css['item']}
        aria-label={t('palette.add', { title })}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.setData(layerDragType, layer.type);
          event.dataTransfer.effectAllowed = 'copy';
          setDraggedLayer(layer.type);
        }}
        onDragEnd={() => setDraggedLayer(undefined)}
        onDoubleClick={() => addAndFocus(layer.type)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            addAndFocus(layer.type);
          }
        }}
      >
        <span className={css['icon']} style={{ color: categoryColor(layer.category) }}>
          <LayerIcon type={layer.type} category={layer.category} size={15} />
        </span>
        <span className={css['title']}>
          {own}
          {given === undefined ? null : <span className={css['given']}>（{given}</span>}
        </span>
      </button>
    </Tooltip>
  );
}
