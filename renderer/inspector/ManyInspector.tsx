import { Button } from '../design/Button.tsx';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import { type ActionId, actionOf } from '../keys/actions.ts';
import { ColorRow } from './ColorRow.tsx';
import { FrozenRow } from './FrozenRow.tsx';
import css from './Inspector.module.css';

const offered: readonly ActionId[] = [
  'alignRow',
  'alignColumn',
  'spaceAcross',
  'spaceDown',
  'makeBlock',
  'duplicate',
  'copy',
  'delete',
];

interface ManyInspectorProps {
  readonly nodes: number;
  readonly wires: number;
  readonly notes: number;
}

/** Several things at once: how many, and what can be done with them. */
export function ManyInspector({ nodes, wires, notes }: ManyInspectorProps) {
  const t = useT();
  const state = useDocumentStore();
  return (
    <>
      <div className={css['section']} style={{ borderTop: 0 }}>
        <h2 className={css['title']}>
          {t(notes === 0 ? 'inspector.many' : 'inspector.manyWithNotes', { nodes, wires, notes })}
        </h2>
        <p className={css['text']}>{t('inspector.manyHint')}</p>
        <div className={css['buttons']}>
          {offered
            .filter((id) => actionOf(id).enabled?.(state) ?? true)
            .map((id) => (
              <Button key={id} onClick={() => void actionOf(id).run()}>
                {t(actionOf(id).label)}
              </Button>
            ))}
        </div>
        {nodes + notes === 0 ? null : <ColorRow />}
      </div>
      <FrozenRow />
    </>
  );
}
