import { Input } from '@base-ui/react/input';
import { useState } from 'react';
import { Button } from '../design/Button.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './ModelsPage.module.css';
import { openAt } from './model-store.ts';

/** Opens a model where it lies on the engine's machine: of any size, with what lies in its folder. */
export function ModelPath({ isBusy }: { readonly isBusy: boolean }) {
  const t = useT();
  const [path, setPath] = useState('');
  return (
    <form
      className={css['path']}
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() !== '') void openAt(path.trim());
      }}
    >
      <Input
        className={css['pathInput']}
        aria-label={t('models.path')}
        title={t('models.path')}
        placeholder={t('models.pathHint')}
        value={path}
        maxLength={4096}
        spellCheck={false}
        onChange={(event) => setPath(event.currentTarget.value)}
      />
      <Button type="submit" disabled={isBusy || path.trim() === ''}>
        {t('models.openPath')}
      </Button>
    </form>
  );
}
