import { useId } from 'react';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { Switch } from '../design/Switch.tsx';
import { freezeSelection, frozenAround, frozenPart, isSelectionFrozen } from '../document/frozen.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import fields from './FieldList.module.css';
import css from './Inspector.module.css';

/** Whether training leaves the weights of what is selected as they are; nothing where there are none. */
export function FrozenRow() {
  const t = useT();
  const id = useId();
  const isFrozen = useDocumentStore(isSelectionFrozen);
  const around = useDocumentStore(frozenAround);
  if (isFrozen === undefined) return null;
  return (
    <section className={css['section']} aria-label={t('inspector.frozen')}>
      <div className={fields['row']} data-kind="boolean">
        <label htmlFor={id} className={fields['label']}>
          {t('inspector.frozen')}
        </label>
        <div className={fields['control']}>
          <Switch
            id={id}
            label={t('inspector.frozen')}
            checked={isFrozen || around !== undefined}
            disabled={around !== undefined}
            onChange={freezeSelection}
          />
        </div>
        <p className={fields['help']}>
          {around === undefined ? t('inspector.frozenHelp') : t('inspector.frozenAround', { name: around })}
        </p>
      </div>
    </section>
  );
}

/** Of a layer that uses the weights of another one: that they are frozen there. */
export function FrozenElsewhere({ node }: { readonly node: DocumentNode }) {
  const t = useT();
  const { weightsOf = '' } = node;
  const owner = useDocumentStore((state) =>
    frozenPart(state, weightsOf) === 'all' ? state.analysis.topology.nodes.get(weightsOf)?.name : undefined,
  );
  return owner === undefined ? null : (
    <p className={css['text']}>{t('inspector.frozenWith', { name: owner })}</p>
  );
}
