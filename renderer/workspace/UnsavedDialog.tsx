import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { useT } from '../i18n/i18n.ts';
import { useWorkspace } from './state.ts';

/** Saves, discards or keeps the open document before another takes its place. */
export function UnsavedDialog() {
  const t = useT();
  const question = useWorkspace((state) => state.unsavedQuestion);
  if (question === undefined) return null;
  const { name, answer } = question;
  return (
    <Dialog
      open
      size="small"
      onOpenChange={() => answer('cancel')}
      title={t('file.unsavedTitle', { name })}
      description={t('file.unsavedText')}
      actions={
        <>
          <Button variant="danger" onClick={() => answer('discard')}>
            {t('file.discard')}
          </Button>
          <Button onClick={() => answer('cancel')}>{t('common.cancel')}</Button>
          <Button variant="primary" onClick={() => answer('save')}>
            {t('menu.save')}
          </Button>
        </>
      }
    />
  );
}
