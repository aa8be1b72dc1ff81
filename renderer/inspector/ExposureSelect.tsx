import { PackageOpen } from 'lucide-react';
import type { Field } from '../../engine/declaration/fields.ts';
import { declarationOf } from '../../engine/document/blocks.ts';
import { exposedAs } from '../../engine/document/exposed.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { Select } from '../design/Select.tsx';
import { drawnBlock, exposeField } from '../document/block-commands.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './BlockSection.module.css';

interface ExposureSelectProps {
  readonly node: DocumentNode;
  readonly name: string;
  readonly field: Field;
}

const hidden = '-';
const own = '+';

/** Inside a block: whether instances set a field, each its own or the same as another one. Nothing at the top. */
export function ExposureSelect({ node, name, field }: ExposureSelectProps) {
  const t = useT();
  const text = useText();
  const block = useDocumentStore(drawnBlock);
  const blocks = useDocumentStore((state) => state.document.blocks);
  if (block === undefined) return null;
  const of = { node: node.id, field: name };
  const now = exposedAs(block.exposed, of);
  const isFirst = now?.fields[0]?.node === node.id && now.fields[0].field === name;
  const fields = declarationOf(blocks, `block:${block.id}`)?.fields ?? {};
  const others = block.exposed.filter(
    (one) => (isFirst ? one !== now : true) && fields[one.name]?.kind === field.kind,
  );
  if (now === undefined) {
    return (
      <div className={css['exposure']}>
        <button
          type="button"
          className={css['expose']}
          aria-label={t('blocks.exposeField', { field: text(field.label) })}
          onClick={() => exposeField(of, 'own')}
        >
          <PackageOpen size={12} aria-hidden />
          {t('blocks.expose')}
        </button>
      </div>
    );
  }
  return (
    <div className={css['exposure']}>
      <Select
        label={t('blocks.exposure', { field: text(field.label) })}
        value={isFirst ? own : now.name}
        options={[
          { value: hidden, label: t('blocks.hidden') },
          { value: own, label: t('blocks.own') },
          ...others.map((one) => ({
            value: one.name,
            label: t('blocks.joins', {
              name: text(fields[one.name]?.label ?? { en: one.name, zh: one.name }),
            }),
          })),
        ]}
        onChange={(value) =>
          exposeField(of, value === hidden ? 'hidden' : value === own ? 'own' : { joins: value })
        }
      />
    </div>
  );
}
