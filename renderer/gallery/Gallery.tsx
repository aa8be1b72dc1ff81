import { FileClock, FolderOpen, History, Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { paramText } from '../../engine/declaration/fields.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { DataPicture } from '../data-picture/DataPicture.tsx';
import { Button } from '../design/Button.tsx';
import { newDocument, openCopy, openDocument, openRecent, openRecovered } from '../document/files.ts';
import { discardRecovery } from '../document/recovery.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { InterruptedRun } from '../runs/InterruptedRun.tsx';
import { shell } from '../shell/current.ts';
import type { RecentFile } from '../shell/shell.ts';
import { TourOffer } from '../tour/TourOffer.tsx';
import css from './Gallery.module.css';
import { type Template, templates } from './templates.ts';

interface GalleryProps {
  readonly recovered: NetwrightDocument | undefined;
  readonly onRecoveryDone: () => void;
}

/** Where a session begins: what was left unsaved, what was worked on last, and something to start from. */
export function Gallery({ recovered, onRecoveryDone }: GalleryProps) {
  const t = useT();
  const recent = useRecentFiles();
  return (
    <div className={css['page']}>
      <div className={css['column']}>
        <header className={css['header']}>
          <div>
            <h1 className={css['title']}>{t('gallery.title')}</h1>
            <p className={css['lead']}>{t('gallery.lead')}</p>
          </div>
          <Button icon={<FolderOpen size={15} aria-hidden />} onClick={() => void openDocument()}>
            {t('gallery.open')}
          </Button>
        </header>
        <InterruptedRun recovered={recovered} onResumed={onRecoveryDone} />
        {recovered === undefined ? null : <Recovered document={recovered} onDone={onRecoveryDone} />}
        <TourOffer />
        <ul className={css['cards']} aria-label={t('gallery.templates')}>
          {templates.map((template) => (
            <li key={template.id}>
              <TemplateCard template={template} />
            </li>
          ))}
        </ul>
        {recent.length === 0 ? null : (
          <section aria-label={t('gallery.recent')}>
            <h2 className={css['subtitle']}>{t('gallery.recent')}</h2>
            <ul className={css['recent']}>
              {recent.map((file) => (
                <li key={file.name}>
                  <button type="button" className={css['file']} onClick={() => void openRecent(file)}>
                    <FileClock size={15} aria-hidden />
                    {file.name}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  );
}

function TemplateCard({ template }: { readonly template: Template }) {
  const text = useText();
  const isEmpty = template.document.nodes.length === 0;
  const data = template.document.nodes.find(({ type }) => type === 'data');
  return (
    <article className={css['card']} data-template={template.id}>
      <div className={css['picture']} data-empty={data === undefined || undefined}>
        {data === undefined ? (
          <Plus size={30} strokeWidth={1.5} aria-hidden />
        ) : (
          <DataPicture source={paramText(data.params['source'])} params={data.params} />
        )}
      </div>
      <div className={css['words']}>
        <h2 className={css['name']}>
          <button
            type="button"
            className={css['pick']}
            aria-describedby={`teaches-${template.id}`}
            onClick={() =>
              void (isEmpty ? newDocument() : openCopy({ ...template.document, name: text(template.title) }))
            }
          >
            {text(template.title)}
          </button>
        </h2>
        <p id={`teaches-${template.id}`} className={css['teaches']}>
          {text(template.teaches)}
        </p>
      </div>
    </article>
  );
}

function Recovered({
  document,
  onDone,
}: {
  readonly document: NetwrightDocument;
  readonly onDone: () => void;
}) {
  const t = useT();
  return (
    <section className={css['recovered']} aria-label={t('gallery.recovered')}>
      <History size={18} aria-hidden />
      <div className={css['recoveredWords']}>
        <h2 className={css['recoveredTitle']}>{t('gallery.recovered')}</h2>
        <p>{t('gallery.recoveredText', { name: document.name, count: document.nodes.length })}</p>
      </div>
      <Button
        variant="ghost"
        onClick={() => {
          void discardRecovery();
          onDone();
        }}
      >
        {t('gallery.discard')}
      </Button>
      <Button
        variant="primary"
        onClick={() => {
          void openRecovered(document).then(onDone);
        }}
      >
        {t('gallery.restore')}
      </Button>
    </section>
  );
}

function useRecentFiles(): readonly RecentFile[] {
  const [recent, setRecent] = useState<readonly RecentFile[]>([]);
  useEffect(() => {
    let current = true;
    // Without a list of recent files one still opens files by hand.
    shell.recentFiles().then(
      (files) => {
        if (current) setRecent(files);
      },
      () => {},
    );
    return () => {
      current = false;
    };
  }, []);
  return recent;
}
