import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { ModelPlace, OpenedModel } from '../../engine/protocol/model-messages.ts';
import { useT } from '../i18n/i18n.ts';
import css from './NodeList.module.css';
import { missingOf } from './operator-kinds.ts';

interface NodeListProps {
  readonly model: OpenedModel;
  readonly chosen: ModelPlace | undefined;
  readonly onChoose: (place: ModelPlace) => void;
}

const places = (at: number): ModelPlace => `node-${at}`;
const rowId = (place: ModelPlace): string => `row-${place}`;

/** Every node with its operator, in the file's order; to choose one shows it in the graph. */
export function NodeList({ model, chosen, onChoose }: NodeListProps) {
  const t = useT();
  const { nodes } = model;
  const missing = missingOf(model);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen !== undefined)
      list.current?.querySelector(`#${rowId(chosen)}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = chosen?.startsWith('node-') === true ? Number(chosen.slice('node-'.length)) : -1;
    const last = nodes.length - 1;
    const next = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }[
      event.key
    ];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    onChoose(places(next));
  };
  return (
    <div
      ref={list}
      className={css['nodes']}
      role="listbox"
      tabIndex={0}
      aria-label={t('models.nodes', { count: nodes.length })}
      aria-activedescendant={chosen?.startsWith('node-') === true ? rowId(chosen) : undefined}
      onKeyDown={onKeyDown}
    >
      {nodes.map(({ name, opType }, at) => {
        const place = places(at);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keyboard.
          <div
            key={place}
            id={rowId(place)}
            className={css['row']}
            role="option"
            tabIndex={-1}
            aria-selected={place === chosen}
            data-missing={missing.has(opType) || undefined}
            onClick={() => onChoose(place)}
          >
            <span>{opType}</span>
            <span className={css['name']}>{name}</span>
          </div>
        );
      })}
    </div>
  );
}
