import { type RefObject, useEffect, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import type { Overlaid } from '../runs/overlaid.ts';
import { runColor } from '../runs/run-color.ts';
import css from './CurveReadings.module.css';

/** What the other runs had come to at the step under the pointer. */
export interface Reading {
  readonly step: string;
  /** Where the pointer is, from the chart's left edge to its right, 0 to 1. */
  readonly at: number;
  /** In the order of the runs; `test` is undefined where nothing was held out. */
  readonly values: readonly { readonly train: string; readonly test: string | undefined }[];
}

export type ShowReading = (reading: Reading | undefined) => void;

interface CurveReadingsProps {
  readonly others: readonly Overlaid[];
  readonly heldOut: string;
  /** By which the chart says what is pointed at. */
  readonly show: RefObject<ShowReading | undefined>;
}

/** A small table beside the pointer: the figures of every run that is drawn beside the chart's own. */
export function CurveReadings({ others, heldOut, show }: CurveReadingsProps) {
  const t = useT();
  const [reading, setReading] = useState<Reading>();
  useEffect(() => {
    show.current = setReading;
    return () => {
      show.current = undefined;
    };
  }, [show]);
  if (reading === undefined || others.length === 0) return null;
  const { step, at, values } = reading;
  const hasTest = values.some(({ test }) => test !== undefined);
  return (
    <table
      className={css['readings']}
      data-side={at < 0.5 ? 'right' : 'left'}
      data-testid="curve-readings"
      aria-hidden
    >
      <thead>
        <tr>
          <th scope="col">{t('curves.atStep', { step })}</th>
          {hasTest ? (
            <>
              <th scope="col">{t('curves.train')}</th>
              <th scope="col">{heldOut}</th>
            </>
          ) : (
            <th aria-label={t('curves.atStep', { step })} />
          )}
        </tr>
      </thead>
      <tbody>
        {others.map(({ run, label: { name, color } }, i) => (
          <tr key={run} data-run={run}>
            <th scope="row">
              <i style={{ background: runColor(color) }} />
              <span>{name}</span>
            </th>
            <td>{values[i]?.train}</td>
            {hasTest ? <td>{values[i]?.test}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
