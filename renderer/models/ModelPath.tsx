import { useState } from 'react';
import { Button } from '../design/Button.tsx';
import { PathForm } from '../design/PathForm.tsx';
import { useT } from '../i18n/i18n.ts';
import { openAt } from './model-store.ts';

/** Opens a model where it lies on the engine's machine: of any size, with what lies in its folder. */
export function ModelPath({ isBusy }: { readonly isBusy: boolean }) {
  const t = useT();
  const [path, setPath] = useState('');
  const isEmpty = path.trim() === '';
  return (
    <PathForm
      label={t('models.path')}
      hint={t('models.pathHint')}
      value={path}
      onChange={setPath}
      onSubmit={() => {
        if (!isEmpty) void openAt(path.trim());
      }}
    >
      <Button type="submit" disabled={isBusy || isEmpty}>
        {t('models.openPath')}
      </Button>
    </PathForm>
  );
}
