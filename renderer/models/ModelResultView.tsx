import type { ModelResult, OpenedModel } from '../../engine/protocol/messages.ts';
import { classOf } from '../charts/classes.ts';
import { formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './ModelsPage.module.css';
import { useModel } from './model-store.ts';

const mostRows = 50;

/** What onnxruntime answered, row by row, and how many answers were right. */
export function ModelResultView({ model }: { readonly model: OpenedModel }) {
  const t = useT();
  const { phase, result, ranOn } = useModel();
  if (phase === 'running') {
    return (
      <p className={css['muted']} role="status">
        {t('models.running')}
      </p>
    );
  }
  if (!result) return <p className={css['muted']}>{t('models.noResult')}</p>;
  return (
    <div className={css['result']} data-testid="model-result" data-on={ranOn}>
      <p role="status">
        {t('models.ran', {
          count: result.rows,
          rows: formatWhole(result.rows),
          ms: result.elapsedMs.toFixed(1),
        })}
      </p>
      {result.accuracy === undefined ? null : (
        <dl className={css['accuracy']}>
          <div>
            <dt>{t('models.accuracy')}</dt>
            <dd data-testid="model-accuracy">{formatShare(result.accuracy, 2)}</dd>
          </div>
          {result.engineAccuracy === undefined ? null : (
            <div>
              <dt>{t('models.engineSays')}</dt>
              <dd data-testid="model-engine-accuracy">{formatShare(result.engineAccuracy, 2)}</dd>
            </div>
          )}
        </dl>
      )}
      {result.outputs.map((output) => (
        <OutputTable key={output.name} output={output} rows={result.rows} model={model} />
      ))}
    </div>
  );
}

interface OutputTableProps {
  readonly output: ModelResult['outputs'][number];
  readonly rows: number;
  readonly model: OpenedModel;
}

function OutputTable({ output, rows, model }: OutputTableProps) {
  const t = useT();
  const text = useText();
  const columns = Math.max(1, Math.round(output.values.length / Math.max(1, rows)));
  const classes = model.metadata?.classes;
  const named = classes !== undefined && classes.length === columns;
  const answered = named || (classes?.length === 2 && columns === 1);
  const shown = Math.min(rows, mostRows);
  return (
    <div className={css['tableBox']} role="region" aria-label={output.name} tabIndex={0}>
      <table className={css['table']}>
        <caption>
          {output.name} {output.shape.join('×')}
          {shown < rows ? ` · ${t('models.firstRows', { shown, rows: formatWhole(rows) })}` : ''}
        </caption>
        <thead>
          <tr>
            <th scope="col">#</th>
            {Array.from({ length: columns }, (_, column) => (
              <th key={column} scope="col">
                {named ? text(classes[column]) : column + 1}
              </th>
            ))}
            {answered ? <th scope="col">{t('models.answer')}</th> : null}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: shown }, (_, row) => (
            <tr key={row}>
              <th scope="row">{row + 1}</th>
              {Array.from({ length: columns }, (_, column) => (
                <td key={column} data-testid={row === 0 ? `output-${column}` : undefined}>
                  {formatFigure(output.values[row * columns + column])}
                </td>
              ))}
              {answered ? <td>{text(classes[answerOf(output.values, columns, row)])}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A model that was exported here hands out logits: the largest wins, and a single one speaks for the second class above 0. */
function answerOf(values: Float32Array, columns: number, row: number): number {
  if (columns === 1) return values[row] > 0 ? 1 : 0;
  return classOf(values, columns, row);
}
