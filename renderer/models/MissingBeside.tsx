import { FilePlus, FileQuestionMark } from 'lucide-react';
import { formatBytes } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './ModelsPage.module.css';
import { stopWaiting, useModel, type WaitingModel } from './model-store.ts';

/** Names what a model keeps beside it and was not opened with it, and lets a person add it. */
export function MissingBeside({
  waiting: { name, missing, beside = [] },
  onAdd,
}: {
  readonly waiting: WaitingModel;
  readonly onAdd: () => void;
}) {
  const t = useT();
  const isOpening = useModel(({ phase }) => phase === 'opening');
  const here = beside.filter((file) => !missing.includes(file.name));
  return (
    <section
      className={css['missingFiles']}
      aria-label={t('models.missingTitle')}
      data-testid="model-waiting"
    >
      <p>{t('models.missingFiles', { name, count: missing.length })}</p>
      <ul>
        {missing.slice(0, mostNamed).map((file) => (
          <li key={file}>
            <FileQuestionMark size={14} aria-hidden />
            <span title={file}>{file}</span>
          </li>
        ))}
        {missing.length > mostNamed ? (
          <li className={css['muted']}>{t('models.missingMore', { count: missing.length - mostNamed })}</li>
        ) : null}
      </ul>
      {here.length === 0 ? null : (
        <p className={css['muted']}>
          {here.map((file) => `${file.name} · ${formatBytes(file.bytes.length)}`).join(t('models.comma'))}
        </p>
      )}
      <div className={css['buttons']}>
        <Button
          variant="primary"
          icon={<FilePlus size={14} aria-hidden />}
          disabled={isOpening}
          onClick={onAdd}
        >
          {t('models.addFiles', { count: missing.length })}
        </Button>
        <Button onClick={stopWaiting}>{t('common.cancel')}</Button>
      </div>
    </section>
  );
}

const mostNamed = 8;
