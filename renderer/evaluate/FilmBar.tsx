import { Pause, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Prediction } from '../../engine/protocol/live-run-messages.ts';
import { formatWhole } from '../charts/figures.ts';
import { IconButton } from '../design/Button.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './Evaluate.module.css';

interface FilmBarProps {
  readonly pictures: readonly Prediction[];
  /** Step of the picture that is shown; undefined while the newest is. */
  readonly step: number | undefined;
  readonly onStep: (step: number | undefined) => void;
  readonly stepsPerEpoch: number;
}

const pictureMs = 80;

/** Goes back and forth through what the network answered as it was trained. */
export function FilmBar({ pictures, step, onStep, stepsPerEpoch }: FilmBarProps) {
  const t = useT();
  const [isPlaying, play] = useState(false);
  const last = pictures.length - 1;
  const found = step === undefined ? last : pictures.findLastIndex((picture) => picture.step <= step);
  const at = Math.max(0, found);
  const stepOf = (index: number): number | undefined => (index >= last ? undefined : pictures[index]?.step);
  const next = stepOf(at + 1);
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (at >= last) {
      play(false);
      return undefined;
    }
    const timer = setTimeout(() => onStep(next), pictureMs);
    return () => clearTimeout(timer);
  }, [isPlaying, at, last, next, onStep]);
  const shown = pictures[at];
  if (!shown) return null;
  const told = t('evaluate.film.at', {
    step: formatWhole(shown.step),
    epoch: formatWhole(Math.floor(shown.step / Math.max(1, stepsPerEpoch))),
  });
  const start = (): void => {
    if (at >= last) onStep(pictures[0]?.step);
    play(true);
  };
  return (
    <div className={css['film']} title={t('evaluate.film.help')}>
      <IconButton
        label={t(isPlaying ? 'evaluate.film.pause' : 'evaluate.film.play')}
        aria-disabled={last < 1}
        onClick={() => (isPlaying ? play(false) : last < 1 ? undefined : start())}
      >
        {isPlaying ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
      </IconButton>
      <input
        type="range"
        min={0}
        max={Math.max(0, last)}
        step={1}
        value={at}
        aria-label={t('evaluate.film.label')}
        aria-valuetext={told}
        onChange={(event) => {
          play(false);
          onStep(stepOf(Number(event.currentTarget.value)));
        }}
      />
      <output data-testid="film-step">{step === undefined ? t('evaluate.film.now') : told}</output>
    </div>
  );
}
