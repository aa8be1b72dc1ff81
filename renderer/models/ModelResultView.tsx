import type { ModelResult, OpenedModel } from '../../engine/protocol/model-messages.ts';
import { classOf } from '../charts/classes.ts';
import { formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './ModelsPage.module.css';
import { useModel } from './model-store.ts';

const mostRows = 50;
/** Of rows with more numbers than this the largest few are shown. */
const mostColumns = 24;
const bestShown = 5;

/** What onnxruntime answered, row by row, and how many answers were right. */
export function ModelResultView({
  model,
  names,
}: {
  readonly model: OpenedModel;
  readonly names: readonly string[] | undefined;
}) {
  const t = useT();
  const { phase, result, ranOn, compared } = useModel();
  if (phase === 'running') {
    return (
      <p className={css['muted']} role="status">
        {t('models.running')}
      </p>
    );
  }
  if (!result)
    return compared || phase === 'comparing' ? null : <p className={css['muted']}>{t('models.noResult')}</p>;
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
        <OutputTable key={output.name} output={output} rows={result.rows} model={model} names={names} />
      ))}
    </div>
  );
}

interface OutputTableProps {
  readonly output: ModelResult['outputs'][number];
  readonly rows: number;
  readonly model: OpenedModel;
  readonly names: readonly string[] | undefined;
}

function OutputTable({ output, rows, model, names }: OutputTableProps) {
  const t = useT();
  const text = useText();
  const columns = Math.max(1, Math.round(output.values.length / Math.max(1, rows)));
  const classes = model.metadata?.classes;
  const named = classes !== undefined && classes.length === columns;
  const answered = named || (classes?.length === 2 && columns === 1);
  const shown = Math.min(rows, mostRows);
  const isWide = columns > mostColumns;
  const places = Array.from({ length: isWide ? bestShown : columns }, (_, column) => column);
  const headOf = (column: number): string => {
    if (isWide) return t('models.place', { place: column + 1 });
    return named ? text(classes[column]) : `${column + 1}`;
  };
  const cellOf = (row: number, column: number, best: readonly number[]): string => {
    if (!isWide) return formatFigure(output.values[row * columns + column]);
    const place = best[column] as number;
    const name = named ? text(classes[place]) : `#${place + 1}`;
    return `${name}  ${formatFigure(output.values[row * columns + place])}`;
  };
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
            {places.map((column) => (
              <th key={column} scope="col">
                {headOf(column)}
              </th>
            ))}
            {answered ? <th scope="col">{t('models.answer')}</th> : null}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: shown }, (_, row) => {
            const best = isWide ? largestOf(output.values, columns, row) : [];
            return (
              <tr key={row}>
                <th scope="row">{names?.[row] ?? row + 1}</th>
                {places.map((column) => (
                  <td key={column} data-testid={row === 0 ? `output-${column}` : undefined}>
                    {cellOf(row, column, best)}
                  </td>
                ))}
                {answered ? <td>{text(classes[answerOf(output.values, columns, row)])}</td> : null}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Places of the largest numbers of a row, the largest first. */
function largestOf(values: Float32Array, columns: number, row: number): number[] {
  const own = values.subarray(row * columns, (row + 1) * columns);
  return [...own.keys()].toSorted((a, b) => (own[b] as number) - (own[a] as number)).slice(0, bestShown);
}

/** A model that was exported here hands out logits: the largest wins, and a single one speaks for the second class above 0. */
function answerOf(values: Float32Array, columns: number, row: number): number {
  if (columns === 1) return values[row] > 0 ? 1 : 0;
  return classOf(values, columns, row);
}
