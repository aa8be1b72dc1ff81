import { useMemo } from 'react';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import type { Range } from '../charts/samples.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { usePrediction } from '../engine/use-prediction.ts';
import { useT } from '../i18n/i18n.ts';
import { AnswerBars } from './AnswerBars.tsx';
import css from './Question.module.css';
import { Question } from './Question.tsx';
import { SignalCurve } from './SignalCurve.tsx';
import { useAsked } from './use-asked.ts';

interface SignalQuestionProps {
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
  /** What it begins with: [C, L]. */
  readonly x: Float32Array;
  readonly range: Range;
}

/** More channels are nothing to draw one by one. */
const mostChannels = 8;
const askEveryMs = 100;

/** What the network answers to a signal whose curve is drawn or moved value by value; it begins with one of the samples. */
export function SignalQuestion({ ring, samples, x, range }: SignalQuestionProps) {
  const t = useT();
  const asked = useAsked(x);
  const signal = asked.value;
  const [channels = 1, length = 1] = samples.inputShape;
  const isOffered = channels <= mostChannels && signal.length === channels * length;
  const questions = useMemo(() => ({ x: signal, rows: 1 }), [signal]);
  const { answered } = usePrediction(ring, isOffered ? questions : undefined, askEveryMs);
  // Where its samples go, with room to draw beyond them. Of the first sample, so that it stays while one draws.
  const drawable = useMemo((): Range => {
    const low = x.reduce((least, value) => Math.min(least, value), range[0]);
    const high = x.reduce((most, value) => Math.max(most, value), range[1]);
    return [low - 0.1 * (high - low), high + 0.1 * (high - low)];
  }, [x, range]);
  if (!isOffered) return null;
  const { classes } = samples;
  const prediction = answered?.prediction;
  // As many numbers without a name as the signal has are a signal again.
  const isMade = classes === undefined && prediction?.columns === signal.length;
  const row = prediction?.values.subarray(0, prediction.columns);
  const channelOf = (values: Float32Array, channel: number): Float32Array =>
    values.subarray(channel * length, (channel + 1) * length);
  const change = (channel: number, values: Float32Array): void => {
    const next = signal.slice();
    next.set(values, channel * length);
    asked.ask(next);
  };
  return (
    <Question title={t('evaluate.signal.title')} asked={asked} hint={t('evaluate.signal.hint')}>
      {Array.from({ length: channels }, (_, channel) => (
        <SignalCurve
          key={channel}
          label={
            channels === 1
              ? t('evaluate.signal.curve')
              : t('evaluate.signal.channel', { channel: channel + 1 })
          }
          values={channelOf(signal, channel)}
          made={isMade && row ? channelOf(row, channel) : undefined}
          range={drawable}
          onChange={(values) => change(channel, values)}
        />
      ))}
      <div className={css['answer']} data-testid="signal-answer">
        {row === undefined ? (
          t('evaluate.notYet')
        ) : isMade ? null : (
          <AnswerBars row={row} classes={classes} />
        )}
      </div>
    </Question>
  );
}
