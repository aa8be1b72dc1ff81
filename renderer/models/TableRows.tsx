import { FileUp } from 'lucide-react';
import { useState } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import type { OpenedModel } from '../../engine/protocol/model-messages.ts';
import { formatWhole } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { sentenceOf } from '../engine/engine-client.ts';
import { engine } from '../engine/run-store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';
import css from './ModelsPage.module.css';
import { type ChosenRows, sizesOf } from './model-store.ts';
import { rowSize } from './typed-values.ts';

/** Rows of a CSV file. */
export function TableRows({
  model,
  onRows,
}: {
  readonly model: OpenedModel;
  readonly onRows: (rows: ChosenRows | undefined) => void;
}) {
  const t = useT();
  const text = useText();
  const [found, setFound] = useState<{ name: string; rows: number; labelled: boolean }>();
  const [refusal, setRefusal] = useState<Text>();
  const sizes = model.inputs.map(rowSize);

  const choose = async (): Promise<void> => {
    try {
      const file = await shell.openFile({ description: t('models.tableFile'), extension: 'csv' });
      if (file === undefined) return;
      const table = await engine().request('modelTable', {
        model: model.model,
        name: file.name,
        bytes: file.bytes,
        sizes: sizesOf(model),
      });
      setRefusal(undefined);
      setFound({ name: file.name, rows: table.rows, labelled: table.labels !== undefined });
      onRows({ from: 'table', ...table });
    } catch (error) {
      setRefusal(sentenceOf(error));
      setFound(undefined);
      onRows(undefined);
    }
  };
  return (
    <>
      <p className={css['muted']}>
        {t('models.tableHelp', { count: sizes.reduce((sum, size) => sum + size, 0) })}{' '}
        {model.metadata?.isPrepared ? t('models.rawTableHelp') : null}
      </p>
      <div className={css['buttons']}>
        <Button icon={<FileUp size={14} aria-hidden />} onClick={() => void choose()}>
          {t('models.chooseTable')}
        </Button>
      </div>
      {refusal ? (
        <p className={css['problem']} role="alert">
          {text(refusal)}
        </p>
      ) : null}
      {found ? (
        <p role="status">
          {t(found.labelled ? 'models.tableLabelled' : 'models.tableFound', {
            name: found.name,
            count: found.rows,
            rows: formatWhole(found.rows),
          })}
        </p>
      ) : null}
    </>
  );
}
