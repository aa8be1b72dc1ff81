import { useId } from 'react';
import { sameShape } from '../../engine/declaration/tensor-type.ts';
import type { Known } from '../../engine/document/analyse.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { Select } from '../design/Select.tsx';
import { shareWeights } from '../document/commands.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import fields from './FieldList.module.css';
import css from './Inspector.module.css';

/** Whose weights a layer uses; shown where there is a choice. */
export function SharedWeights({ node }: { readonly node: DocumentNode }) {
  const t = useT();
  const id = useId();
  const analysis = useDocumentStore((state) => state.analysis);
  const owners = ownersFor(node, analysis);
  if (owners.length === 0 && node.weightsOf === undefined) return null;
  const current = node.weightsOf === undefined ? undefined : analysis.topology.nodes.get(node.weightsOf);
  const shown = current === undefined || owners.includes(current) ? owners : [...owners, current];
  return (
    <section className={css['section']} aria-label={t('inspector.weights')}>
      <div className={fields['row']}>
        <label htmlFor={id} className={fields['label']}>
          {t('inspector.weights')}
        </label>
        <div className={fields['control']}>
          <Select
            id={id}
            label={t('inspector.weights')}
            value={node.weightsOf ?? own}
            options={[
              { value: own, label: t('inspector.ownWeights') },
              ...shown.map(({ id: owner, name }) => ({
                value: owner,
                label: t('inspector.weightsOf', { name }),
              })),
            ]}
            onChange={(owner) => shareWeights(node.id, owner === own ? undefined : owner)}
          />
        </div>
        <p className={fields['help']}>{t('inspector.sharedWeightsHelp')}</p>
      </div>
    </section>
  );
}

/** No node's id is empty. */
const own = '';

/** Layers of the same kind whose own weights have the same names and shapes. */
function ownersFor(node: DocumentNode, { topology, nodes }: Known): DocumentNode[] {
  const wanted = nodes.get(node.id)?.weights ?? [];
  if (wanted.length === 0) return [];
  const isLent = [...topology.nodes.values()].some(({ weightsOf }) => weightsOf === node.id);
  if (isLent) return [];
  return [...topology.nodes.values()].filter((other) => {
    if (other === node || other.type !== node.type || other.weightsOf !== undefined) return false;
    const theirs = nodes.get(other.id)?.weights ?? [];
    return (
      theirs.length === wanted.length &&
      wanted.every(({ name, shape }) =>
        theirs.some((weight) => weight.name === name && sameShape(weight.shape, shape)),
      )
    );
  });
}
