import { Lock } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from '../design/Button.tsx';
import { notify } from '../design/toast.tsx';
import { editCopy, editHere } from '../document/files.ts';
import { useDocumentStore } from '../document/store.ts';
import { translate, useT } from '../i18n/i18n.ts';
import css from './ReadOnly.module.css';

/** Not for every value of a scrubbed number. */
const quietMs = 4000;

/** Says that another window has the project open, and what can be done about it. */
export function ReadOnly() {
  const t = useT();
  const name = useDocumentStore(({ file }) => (file?.isReadOnly === true ? file.name : undefined));
  useEffect(() => {
    if (name === undefined) return undefined;
    let toldMs = -Infinity;
    return useDocumentStore.subscribe(({ refusedEdits }, before) => {
      if (refusedEdits === before.refusedEdits || performance.now() - toldMs < quietMs) return;
      toldMs = performance.now();
      notify({ tone: 'error', title: translate('readOnly.refused'), detail: translate('readOnly.what') });
    });
  }, [name]);
  if (name === undefined) return null;
  return (
    <section className={css['strip']} role="status" aria-label={t('readOnly.title')}>
      <Lock size={15} aria-hidden />
      <p className={css['text']}>{t('readOnly.text', { name })}</p>
      <Button onClick={() => void editHere()}>{t('readOnly.editHere')}</Button>
      <Button onClick={editCopy}>{t('readOnly.editCopy')}</Button>
    </section>
  );
}
