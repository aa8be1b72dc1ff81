import { LogIn, LogOut, X } from 'lucide-react';
import { declarationOf, portTypes } from '../../engine/document/blocks.ts';
import type { BlockDefinition, ExposedField } from '../../engine/document/schema.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { NumberField } from '../design/NumberField.tsx';
import { exposeField, renameExposed, setTimes } from '../document/block-commands.ts';
import { addNode } from '../document/commands.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './BlockSection.module.css';
import { BlockName } from './BlockSection.tsx';
import inspector from './Inspector.module.css';

/** The block whose inside is drawn, while nothing in it is selected: its name, its ports, and what instances can set. */
export function BlockSettings({ block }: { readonly block: BlockDefinition }) {
  const t = useT();
  return (
    <>
      <section className={inspector['section']} style={{ borderTop: 0 }} aria-label={t('blocks.section')}>
        <h2 className={inspector['title']}>{t('blocks.settings', { name: block.name })}</h2>
        <BlockName block={block} />
        <p className={inspector['text']}>{t('blocks.settingsText')}</p>
        <div className={inspector['buttons']}>
          <Button icon={<LogIn size={14} aria-hidden />} onClick={() => addNode(portTypes.input)}>
            {t('blocks.addInput')}
          </Button>
          <Button icon={<LogOut size={14} aria-hidden />} onClick={() => addNode(portTypes.output)}>
            {t('blocks.addOutput')}
          </Button>
        </div>
      </section>
      <section className={inspector['section']} aria-label={t('blocks.exposed')}>
        <h3 className={inspector['title']}>{t('blocks.exposed')}</h3>
        {block.exposed.length === 0 ? <p className={inspector['text']}>{t('blocks.exposedNone')}</p> : null}
        <ul className={css['exposed']}>
          {block.exposed.map((exposed) => (
            <li key={exposed.name}>
              <Exposed block={block} exposed={exposed} />
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Exposed({ block, exposed }: { readonly block: BlockDefinition; readonly exposed: ExposedField }) {
  const t = useT();
  const text = useText();
  const blocks = useDocumentStore((state) => state.document.blocks);
  const fieldOf = (node: string, field: string) => {
    const found = block.nodes.find(({ id }) => id === node);
    const declared = found && declarationOf(blocks, found.type)?.fields[field];
    const label = declared === undefined ? field : text(declared.label);
    return { declared, label, shown: `${found?.name ?? node} · ${label}` };
  };
  const { label = '' } = exposed;
  const shownLabel = typeof label === 'string' ? label : text(label);
  const [first] = exposed.fields;
  const given = first === undefined ? exposed.name : fieldOf(first.node, first.field).label;
  return (
    <>
      <input
        key={shownLabel}
        className={css['label']}
        aria-label={t('blocks.exposedLabel', { name: given })}
        defaultValue={shownLabel}
        placeholder={given}
        spellCheck={false}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') event.currentTarget.value = shownLabel;
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
        onBlur={(event) => {
          if (event.currentTarget.value !== shownLabel)
            renameExposed(exposed.name, event.currentTarget.value);
        }}
      />
      {exposed.fields.map((bound, i) => {
        const { declared, shown } = fieldOf(bound.node, bound.field);
        const counts = declared?.kind === 'integer' || declared?.kind === 'number';
        return (
          <div key={`${bound.node} ${bound.field}`} className={css['bound']}>
            <span title={shown}>{shown}</span>
            <span aria-hidden>{counts && i > 0 ? '×' : ''}</span>
            {counts && i > 0 ? (
              <NumberField
                label={t('blocks.times', { name: shown })}
                value={bound.times ?? 1}
                onChange={(times) => setTimes(exposed.name, bound, times)}
                min={0}
                max={1024}
                exclusiveMin
                step={1}
                integer={false}
              />
            ) : (
              <span />
            )}
            <IconButton
              label={t('blocks.hide', { name: shown })}
              onClick={() => exposeField(bound, 'hidden')}
            >
              <X size={13} aria-hidden />
            </IconButton>
          </div>
        );
      })}
    </>
  );
}
