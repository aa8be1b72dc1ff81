import { Check, X } from 'lucide-react';
import { memo } from 'react';
import type { Range, SampleKind } from '../charts/samples.ts';
import { ImageView, TraceView } from '../data/SampleView.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './TestSamples.module.css';

interface SampleCardProps {
  readonly kind: SampleKind;
  readonly values: Float32Array;
  /** What the network makes of it, where that is to be shown beside it. */
  readonly made?: Float32Array | undefined;
  readonly shape: readonly number[];
  readonly range: Range;
  /** What it is; undefined where it speaks for itself. */
  readonly truth: string | undefined;
  /** What the network says that it is, once it has been asked, and how sure it is. */
  readonly answer?: string | undefined;
  readonly share?: string | undefined;
  /** Undefined where answers are neither right nor wrong. */
  readonly wrong: boolean | undefined;
}

/** One image or signal, what the network answers, and what is true where that differs. */
export const SampleCard = memo(function SampleCard(props: SampleCardProps) {
  const { kind, values, made, shape, range, truth, answer, share, wrong } = props;
  const View = kind === 'image' ? ImageView : TraceView;
  const t = useT();
  return (
    <div className={css['card']} data-wrong={wrong || undefined} data-asked={answer !== undefined}>
      <div className={css['views']}>
        {(made === undefined ? [values] : [values, made]).map((shown, i) => (
          <View
            key={i === 0 ? 'given' : 'made'}
            className={css[kind === 'image' ? 'image' : 'trace']}
            values={shown}
            shape={shape}
            range={range}
          />
        ))}
      </div>
      <p className={css['answer']}>
        {wrong === undefined ? null : wrong ? (
          <X size={12} aria-label={t('evaluate.wrong')} />
        ) : (
          <Check size={12} aria-label={t('evaluate.right')} />
        )}
        <span title={answer ?? truth}>{answer ?? truth}</span>
        {share === undefined ? null : <b> {share}</b>}
      </p>
      {truth === undefined ? null : (
        <p className={css['truth']}>
          {answer === undefined || wrong === false ? null : t('evaluate.truly', { name: truth })}
        </p>
      )}
    </div>
  );
});
