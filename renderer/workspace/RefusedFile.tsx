import { CircleAlert } from 'lucide-react';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import css from './RefusedFile.module.css';
import { showRefusedFile, useWorkspace } from './state.ts';

const shown = 50;

/** Why a file was not opened: its first fault in a sentence, then all of them with their places. */
export function RefusedFileDialog() {
  const t = useT();
  const text = useText();
  const refused = useWorkspace((state) => state.refusedFile);
  const close = (): void => showRefusedFile(undefined);
  if (refused === undefined) return null;
  const { name, reason, problems } = refused;
  return (
    <Dialog
      open
      onOpenChange={close}
      title={t('file.notOpened', { name })}
      description={t('file.nothingChanged')}
      actions={
        <Button variant="primary" onClick={close}>
          {t('common.close')}
        </Button>
      }
    >
      <ul className={css['list']}>
        {problems.length < 2 ? (
          <Line sentence={text(reason)} />
        ) : (
          problems
            .slice(0, shown)
            .map(({ place, message }) => (
              <Line
                key={`${place.path} ${place.node} ${place.wire} ${place.port} ${message.en}`}
                place={place.path ?? place.wire ?? place.node}
                sentence={text(message)}
              />
            ))
        )}
      </ul>
      {problems.length > shown ? <p>{t('file.moreProblems', { count: problems.length - shown })}</p> : null}
    </Dialog>
  );
}

const Line = ({ place, sentence }: { readonly place?: string | undefined; readonly sentence: string }) => (
  <li className={css['line']}>
    <CircleAlert size={15} aria-hidden />
    <span>
      {place === undefined ? null : <code className={css['place']}>{place}</code>} {sentence}
    </span>
  </li>
);
