import { memo } from 'react';
import { useT } from '../i18n/i18n.ts';
import css from './TestSamples.module.css';

/** One place of a sequence. */
export interface Place {
  readonly place: number;
  readonly input: string;
  /** Undefined where nothing is asked for. */
  readonly wanted: string | undefined;
  /** Undefined before the network has been asked. */
  readonly answer: string | undefined;
}

interface SequenceTableProps {
  readonly places: readonly Place[];
  readonly wrong: boolean;
}

/** A sequence: what goes in, what is wanted at each place, and what the network answers there, wrong symbols marked. */
export const SequenceTable = memo(function SequenceTable({ places, wrong }: SequenceTableProps) {
  const t = useT();
  return (
    <table className={css['sequence']} data-wrong={wrong || undefined}>
      <tbody>
        <tr>
          <th scope="row">{t('evaluate.input')}</th>
          {places.map(({ place, input }) => (
            <td key={place}>{input}</td>
          ))}
        </tr>
        <tr>
          <th scope="row">{t('evaluate.wanted')}</th>
          {places.map(({ place, wanted }) => (
            <td key={place}>{wanted}</td>
          ))}
        </tr>
        <tr>
          <th scope="row">{t('evaluate.answer')}</th>
          {places.map(({ place, wanted, answer }) => (
            <td
              key={place}
              data-right={(wanted !== undefined && answer === wanted) || undefined}
              data-wrong={(wanted !== undefined && answer !== undefined && answer !== wanted) || undefined}
            >
              {wanted === undefined ? undefined : answer}
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  );
});
