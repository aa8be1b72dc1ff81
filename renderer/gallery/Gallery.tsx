import { FileClock, FolderOpen, History, Plus } from 'lucide-react';
import { type ComponentProps, useCallback, useEffect, useState } from 'react';
import { paramText } from '../../engine/declaration/fields.ts';
import type { DocumentNode, NetwrightDocument } from '../../engine/document/schema.ts';
import { templateTopics } from '../../engine/document/template-index.ts';
import { DataPicture } from '../data-picture/DataPicture.tsx';
import { Button } from '../design/Button.tsx';
import { Segments } from '../design/Segments.tsx';
import { Tooltip } from '../design/Tooltip.tsx';
import { openDocument, openRecent, openRecovered } from '../document/files.ts';
import { discardRecovery } from '../document/recovery.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { InterruptedRun } from '../runs/InterruptedRun.tsx';
import { shell } from '../shell/current.ts';
import type { RecentFile } from '../shell/shell.ts';
import { TourOffer } from '../tour/TourOffer.tsx';
import css from './Gallery.module.css';
import { NetworkPicture } from './NetworkPicture.tsx';
import { openTemplate } from './open-template.ts';
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
        <Templates />
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

const topics = ['all', ...templateTopics] as const;

/** The templates of a topic, or of all; what belongs to none stands under each. */
function Templates() {
  const t = useT();
  const [topic, setTopic] = useState<(typeof topics)[number]>('all');
  const shown = templates.filter(
    (template) =>
      template.family === undefined &&
      (topic === 'all' || template.topic === undefined || template.topic === topic),
  );
  return (
    <div className={css['templates']}>
      <Segments
        className={css['topics']}
        label={t('gallery.topics')}
        value={topic}
        options={topics.map((value) => ({ value, label: t(`gallery.topic.${value}`) }))}
        onChange={setTopic}
      />
      <ul className={css['cards']} aria-label={t('gallery.templates')}>
        {shown.map((template) => (
          <li key={template.id}>
            <TemplateCard template={template} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function TemplateCard({ template }: { readonly template: Template }) {
  const text = useText();
  const variants = templates.filter(({ family }) => family === template.id);
  const data = template.document.nodes.find(({ type }) => type === 'data');
  const [frame, wasSeen] = useSeen();
  return (
    <article className={css['card']} data-template={template.id}>
      <div ref={frame} className={css['picture']} data-empty={data === undefined || undefined}>
        {wasSeen ? <Picture template={template} data={data} /> : null}
      </div>
      <div className={css['words']}>
        <h2 className={css['name']}>
          <OpenTemplate
            template={template}
            className={css['pick']}
            aria-describedby={`teaches-${template.id}`}
          />
        </h2>
        <p id={`teaches-${template.id}`} className={css['teaches']}>
          {text(template.teaches)}
        </p>
        {variants.length === 0 ? null : (
          <ul className={css['variants']}>
            {variants.map((variant) => (
              <li key={variant.id}>
                <Tooltip content={text(variant.teaches)}>
                  <OpenTemplate
                    template={variant}
                    className={css['variant']}
                    aria-description={text(variant.teaches)}
                  />
                </Tooltip>
              </li>
            ))}
          </ul>
        )}
      </div>
    </article>
  );
}

/** Whether an element has been in view: what is made for it costs too much to be made for those that nobody scrolls to. */
function useSeen() {
  const [wasSeen, setSeen] = useState(false);
  const watch = useCallback((element: Element | null) => {
    if (element === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      setSeen(true);
      observer.disconnect();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [watch, wasSeen] as const;
}

interface OpenTemplateProps extends ComponentProps<'button'> {
  readonly template: Template;
}

function OpenTemplate({ template, ...rest }: OpenTemplateProps) {
  const text = useText();
  return (
    <button type="button" {...rest} onClick={() => void openTemplate(template)}>
      {text(template.title)}
    </button>
  );
}

interface PictureProps {
  readonly template: Template;
  readonly data: DocumentNode | undefined;
}

/** What there is to learn from, or the network itself where that is what the templates of a topic differ in. */
function Picture({ template, data }: PictureProps) {
  if (data === undefined) return <Plus size={30} strokeWidth={1.5} aria-hidden />;
  if (template.topic === 'images') return <NetworkPicture document={template.document} />;
  return <DataPicture source={paramText(data.params['source'])} params={data.params} />;
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
