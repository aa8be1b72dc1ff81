import css from './ProgressBar.module.css';

interface ProgressBarProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** Says where it stands and how wide it is. */
  readonly className?: string | undefined;
}

/** How much of something is done. */
export function ProgressBar({ label, value, max, className }: ProgressBarProps) {
  return (
    <progress
      className={[css['bar'], className].filter(Boolean).join(' ')}
      aria-label={label}
      max={max}
      value={value}
    />
  );
}
