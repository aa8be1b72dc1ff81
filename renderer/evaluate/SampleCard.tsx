import { Check, X } from 'lucide-react';
import { memo } from 'react';
import type { Range, SampleKind } from '../charts/samples.ts';
import { ImageView, TraceView } from '../data/SampleView.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './TestSamples.module.css';

interface SampleCardProps {
  readonly kind: SampleKind;
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly range: Range;
  /** What it is. */
  readonly truth: string;
  /** What the network says that it is, once it has been asked. */
  readonly answer: string | undefined;
  /** Undefined where answers are neither right nor wrong. */
  readonly wrong: boolean | undefined;
}

/** One image or signal, what the network answers, and what is true where that differs. */
export const SampleCard = memo(function SampleCard(props: SampleCardProps) {
  const { kind, values, shape, range, truth, answer, wrong } = props;
  const t = useT();
  return (
    <div className={css['card']} data-wrong={wrong || undefined} data-asked={answer !== undefined}>
      {kind === 'image' ? (
        <ImageView className={css['image']} values={values} shape={shape} range={range} />
      ) : (
        <TraceView className={css['trace']} values={values} shape={shape} range={range} />
      )}
      <p className={css['answer']}>
        {wrong === undefined ? null : wrong ? (
          <X size={12} aria-label={t('evaluate.wrong')} />
        ) : (
          <Check size={12} aria-label={t('evaluate.right')} />
        )}
        <span title={answer ?? truth}>{answer ?? truth}</span>
      </p>
      <p className={css['truth']}>
        {answer === undefined || wrong === false ? null : t('evaluate.truly', { name: truth })}
      </p>
    </div>
  );
});
