import { LogIn, Save, Ungroup, Unlink } from 'lucide-react';
import { blockOf } from '../../engine/document/blocks.ts';
import { countInstances } from '../../engine/document/edit-block.ts';
import type { BlockDefinition, DocumentNode } from '../../engine/document/schema.ts';
import { saveToMine } from '../blocks/library.ts';
import { Button } from '../design/Button.tsx';
import { detachBlock, dissolveBlock, enterBlock, renameBlock } from '../document/block-commands.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import css from './BlockSection.module.css';
import inspector from './Inspector.module.css';

/** Which block a node is an instance of, who else is, and what can be done with it. */
export function BlockSection({ node }: { readonly node: DocumentNode }) {
  const t = useT();
  const block = useDocumentStore((state) => blockOf(state.document.blocks, node.type));
  const count = useDocumentStore((state) =>
    block === undefined ? 0 : countInstances(state.project, block.id),
  );
  if (block === undefined) return null;
  return (
    <section className={inspector['section']} aria-label={t('blocks.section')}>
      <h3 className={inspector['title']}>{t('blocks.section')}</h3>
      <BlockName block={block} />
      <p className={inspector['text']}>{count > 1 ? t('blocks.shared', { count }) : t('blocks.alone')}</p>
      <div className={inspector['buttons']}>
        <Button icon={<LogIn size={14} aria-hidden />} onClick={() => enterBlock(node.id)}>
          {t('menu.enterBlock')}
        </Button>
        {count > 1 ? (
          <Button icon={<Unlink size={14} aria-hidden />} onClick={detachBlock}>
            {t('menu.detachBlock')}
          </Button>
        ) : null}
        <Button icon={<Ungroup size={14} aria-hidden />} onClick={dissolveBlock}>
          {t('menu.dissolveBlock')}
        </Button>
        <Button icon={<Save size={14} aria-hidden />} onClick={() => void saveToMine(node)}>
          {t('menu.saveBlock')}
        </Button>
      </div>
    </section>
  );
}

export function BlockName({ block }: { readonly block: BlockDefinition }) {
  const t = useT();
  return (
    <input
      key={block.name}
      className={css['name']}
      aria-label={t('blocks.name')}
      defaultValue={block.name}
      spellCheck={false}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Escape') event.currentTarget.value = block.name;
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
      onBlur={(event) => {
        if (event.currentTarget.value.trim() === '') event.currentTarget.value = block.name;
        else if (event.currentTarget.value !== block.name) renameBlock(block.id, event.currentTarget.value);
      }}
    />
  );
}
