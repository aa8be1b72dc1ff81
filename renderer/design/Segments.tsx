import css from './Segments.module.css';

interface Segment<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly disabled?: boolean;
}

interface SegmentsProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly Segment<V>[];
  readonly onChange: (value: V) => void;
  /** In a list: smaller. */
  readonly inline?: boolean;
  readonly className?: string | undefined;
}

/** One of a few that all stay in sight. */
export function Segments<V extends string>({
  label,
  value,
  options,
  onChange,
  inline = false,
  className,
}: SegmentsProps<V>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame and a legend of its own
    <span
      className={[css['segments'], className].filter(Boolean).join(' ')}
      role="group"
      aria-label={label}
      data-inline={inline || undefined}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={css['segment']}
          aria-pressed={value === option.value}
          disabled={option.disabled}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </span>
  );
}
