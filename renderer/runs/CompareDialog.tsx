import { type ReactNode, useEffect, useState } from 'react';
import type { RunRecord, RunSummary } from '../../engine/protocol/kept-run-messages.ts';
import { guideFigures } from '../../engine/protocol/live-run-messages.ts';
import { formatDuration, formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import { Dialog } from '../design/Dialog.tsx';
import { formatNumber } from '../design/number.ts';
import { type SentenceKey, useT, useText } from '../i18n/i18n.ts';
import css from './Compare.module.css';
import { type Comparison, compareDocuments, type Difference, isSame, type Shown } from './compare.ts';
import { runColor } from './run-color.ts';
import { readRun } from './runs-store.ts';

interface CompareDialogProps {
  readonly before: RunSummary;
  readonly after: RunSummary;
  readonly close: () => void;
}

/** What differs between two runs: what they came to, how they were trained, and what was drawn. */
export function CompareDialog({ before, after, close }: CompareDialogProps) {
  const t = useT();
  const records = useRecords(before.run, after.run, close);
  const comparison = records && compareDocuments(records[0].document, records[1].document);
  return (
    <Dialog
      open
      size="large"
      onOpenChange={close}
      title={t('runs.compareTitle')}
      description={comparison && isSame(comparison) ? t('runs.same') : undefined}
    >
      <table className={css['table']}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{t('runs.what')}</span>
            </th>
            {[before, after].map(({ run, label }) => (
              <th key={run} scope="col">
                <i aria-hidden className={css['dot']} style={{ background: runColor(label.color) }} />
                {label.name}
              </th>
            ))}
          </tr>
        </thead>
        <Results before={before} after={after} />
        {comparison ? <Documents comparison={comparison} /> : null}
      </table>
    </Dialog>
  );
}

type Pair = readonly [RunRecord, RunRecord];

function useRecords(before: string, after: string, close: () => void): Pair | undefined {
  const [records, setRecords] = useState<Pair>();
  useEffect(() => {
    let isOpen = true;
    void Promise.all([readRun(before), readRun(after)]).then(([a, b]) => {
      if (!isOpen) return;
      if (a === undefined || b === undefined) close();
      else setRecords([a, b]);
    });
    return () => {
      isOpen = false;
    };
  }, [before, after, close]);
  return records;
}

type ResultRow = readonly [SentenceKey, (run: RunSummary) => string | undefined];

const validationRows: readonly ResultRow[] = [
  ['runs.validationLoss', ({ validation }) => formatFigure(validation?.loss)],
  ['runs.validationAccuracy', ({ validation }) => formatShare(validation?.accuracy)],
];

function Results({ before, after }: Pick<CompareDialogProps, 'before' | 'after'>) {
  const t = useT();
  const rows: readonly ResultRow[] = [
    ...(before.validation === undefined && after.validation === undefined ? [] : validationRows),
    ['runs.testLoss', ({ test }) => formatFigure(test?.loss)],
    ['runs.testAccuracy', ({ test }) => formatShare(test?.accuracy)],
    ['runs.trainLoss', ({ train }) => formatFigure(train?.loss)],
    [
      'runs.column.best',
      ({ best }) =>
        best &&
        t('runs.bestFigure', {
          loss: formatFigure(guideFigures(best).loss),
          epoch: formatWhole(best.epoch),
        }),
    ],
    [
      'runs.column.epochs',
      ({ epochs, epochsPlanned }) => `${formatWhole(epochs)}/${formatWhole(epochsPlanned)}`,
    ],
    ['runs.column.steps', ({ steps }) => formatWhole(steps)],
    ['runs.column.time', ({ trainedMs }) => formatDuration(trainedMs && trainedMs / 1000)],
    ['inspector.parameterCount', ({ parameterCount }) => formatWhole(parameterCount)],
    ['settings.kernels', ({ kernels }) => kernels],
    ['runs.note', ({ label }) => label.note || undefined],
  ];
  return (
    <Part title={t('runs.results')}>
      {rows.map(([key, figure]) => (
        <Row key={key} label={t(key)} before={figure(before) ?? '–'} after={figure(after) ?? '–'} />
      ))}
    </Part>
  );
}

function Documents({ comparison }: { readonly comparison: Comparison }) {
  const t = useT();
  const { settings, removed, added, changed, removedWires, addedWires } = comparison;
  const isSameGraph = [removed, added, changed, removedWires, addedWires].every(({ length }) => length === 0);
  return (
    <>
      <Part title={t('settings.title')}>
        {settings.length === 0 ? <None>{t('runs.sameSettings')}</None> : null}
        {settings.map((difference) => (
          <DifferenceRow key={difference.path} difference={difference} />
        ))}
      </Part>
      <Part title={t('canvas.title')}>
        {isSameGraph ? <None>{t('runs.sameGraph')}</None> : null}
        {changed.map(({ node, differences }) =>
          differences.map((difference) => (
            <DifferenceRow key={`${node.id} ${difference.path}`} difference={difference} of={node.name} />
          )),
        )}
        {removed.map((node) => (
          <Row
            key={`- ${node.id}`}
            label={node.name}
            before={node.type}
            after={t('runs.isMissing')}
            tone="gone"
          />
        ))}
        {added.map((node) => (
          <Row
            key={`+ ${node.id}`}
            label={node.name}
            before={t('runs.isMissing')}
            after={node.type}
            tone="new"
          />
        ))}
        {removedWires.map((wire) => (
          <Row
            key={`- ${wire}`}
            label={t('inspector.wire')}
            before={wire}
            after={t('runs.isMissing')}
            tone="gone"
          />
        ))}
        {addedWires.map((wire) => (
          <Row
            key={`+ ${wire}`}
            label={t('inspector.wire')}
            before={t('runs.isMissing')}
            after={wire}
            tone="new"
          />
        ))}
      </Part>
    </>
  );
}

function DifferenceRow({ difference, of }: { readonly difference: Difference; readonly of?: string }) {
  const t = useT();
  const text = useText();
  const { label, before, after } = difference;
  const words = 'setting' in label ? t(`settings.${label.setting}` as SentenceKey) : text(label);
  const shown = (value: Shown | undefined): string => {
    if (value === undefined) return t('runs.isMissing');
    if (typeof value === 'object') return text(value);
    if (typeof value === 'boolean') return t(value ? 'runs.yes' : 'runs.no');
    return typeof value === 'number' ? formatNumber(value) : value;
  };
  return (
    <Row
      label={of === undefined ? words : `${of} · ${words}`}
      before={shown(before)}
      after={shown(after)}
      tone="other"
    />
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <tbody>
      <tr className={css['part']}>
        <th scope="rowgroup" colSpan={3}>
          {title}
        </th>
      </tr>
      {children}
    </tbody>
  );
}

interface RowProps {
  readonly label: string;
  readonly before: string;
  readonly after: string;
  readonly tone?: 'gone' | 'new' | 'other';
}

function Row({ label, before, after, tone }: RowProps) {
  return (
    <tr data-tone={tone}>
      <th scope="row">{label}</th>
      <td>{before}</td>
      <td>{after}</td>
    </tr>
  );
}

const None = ({ children }: { readonly children: string }) => (
  <tr className={css['none']}>
    <td colSpan={3}>{children}</td>
  </tr>
);
