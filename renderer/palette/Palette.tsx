import { Search } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { AnyLayer } from '../../engine/layers/contract.ts';
import { categoryColor, LayerIcon } from '../canvas/LayerIcon.tsx';
import { focusNode } from '../canvas/view.ts';
import { Tooltip } from '../design/Tooltip.tsx';
import { addNode } from '../document/commands.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { layerGroups, matches } from './catalogue-groups.ts';
import { layerDragType, setDraggedLayer } from './drag.ts';
import css from './Palette.module.css';

/** Adds a layer beside what is selected and takes the keyboard to it. */
export function addAndFocus(type: string): void {
  const node = addNode(type);
  if (node !== undefined) requestAnimationFrame(() => requestAnimationFrame(() => focusNode(node.id)));
}

/** All layers, to be dragged, double-clicked, or found by typing and added with Enter. */
export function Palette() {
  const t = useT();
  const [query, setQuery] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const groups = layerGroups
    .map(({ category, layers }) => ({ category, layers: layers.filter((layer) => matches(layer, query)) }))
    .filter(({ layers }) => layers.length > 0);

  const move = (event: KeyboardEvent, by: number): void => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[data-layer]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = items[at + by];
    event.preventDefault();
    if (next !== undefined) next.focus();
  };
  const first = groups[0]?.layers[0];

  return (
    <div className={css['palette']}>
      <label className={css['search']}>
        <Search size={14} aria-hidden />
        <input
          type="search"
          value={query}
          placeholder={t('palette.search')}
          aria-label={t('palette.search')}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter' && first !== undefined) addAndFocus(first.type);
            if (event.key === 'ArrowDown') move(event, 1);
            if (event.key === 'Escape') setQuery('');
          }}
        />
      </label>
      <div
        ref={list}
        className={css['list']}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') move(event, 1);
          if (event.key === 'ArrowUp') move(event, -1);
        }}
        role="presentation"
      >
        {groups.map(({ category, layers }) => (
          <div key={category} role="group" aria-label={t(`category.${category}`)}>
            <h2 className={css['group']}>{t(`category.${category}`)}</h2>
            <ul>
              {layers.map((layer) => (
                <li key={layer.type}>
                  <PaletteItem layer={layer} />
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

function PaletteItem({ layer }: { readonly layer: AnyLayer }) {
  const t = useT();
  const text = useText();
  const title = text(layer.title);
  return (
    <Tooltip side="right" content={text(layer.doc.summary)}>
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
        <span className={css['title']}>{title}</span>
      </button>
    </Tooltip>
  );
}
