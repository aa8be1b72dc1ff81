import css from './Pointed.module.css';

interface PointedProps {
  /** Undefined while nothing is pointed at. */
  readonly told: string | undefined;
  readonly testId: string;
  /** The picture itself tells it to who hears the page. */
  readonly isHeard?: boolean;
}

/** The figures of what is pointed at, below its picture; their line is kept, so that nothing moves. */
export function Pointed({ told, testId, isHeard = false }: PointedProps) {
  return (
    <p
      className={css['pointed']}
      aria-live={isHeard ? undefined : 'polite'}
      aria-hidden={isHeard}
      data-testid={testId}
      title={told}
    >
      {told}
    </p>
  );
}
