import css from './Pointed.module.css';

interface PointedProps {
  /** Undefined while nothing is pointed at. */
  readonly told: string | undefined;
  readonly testId: string;
}

/** The figures of what is pointed at, below its picture; their line is kept, so that nothing moves. */
export function Pointed({ told, testId }: PointedProps) {
  return (
    <p className={css['pointed']} aria-live="polite" data-testid={testId} title={told}>
      {told}
    </p>
  );
}
