import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useT } from '../i18n/i18n.ts';
import { evaluateExpression } from './expression.ts';
import css from './NumberField.module.css';
import { formatNumber } from './number.ts';

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  /** The bound itself is not allowed. */
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
  readonly integer?: boolean;
  /** How far one press of an arrow key, or four pixels of scrubbing, moves it. */
  readonly step?: number;
  /** `log`: a step multiplies by 10^(1/10) instead, for learning rates and the like. */
  readonly scale?: 'linear' | 'log';
}

interface NumberFieldProps extends NumberRange {
  readonly label: string;
  readonly value: number;
  /** `scrubbing` is true while more values of the same movement follow. */
  readonly onChange: (value: number, scrubbing: boolean) => void;
  readonly unit?: string | undefined;
  readonly disabled?: boolean;
  readonly id?: string;
  readonly describedBy?: string;
  /** Inside a node: smaller, without a visible frame until used. */
  readonly inline?: boolean;
  /** −1 keeps it out of the Tab order. */
  readonly tabIndex?: number;
}

type Refusal = 'notANumber' | 'notWhole' | 'outOfRange';

const isInside = (value: number, range: NumberRange): boolean =>
  (range.min === undefined || (range.exclusiveMin ? value > range.min : value >= range.min)) &&
  (range.max === undefined || (range.exclusiveMax ? value < range.max : value <= range.max));

/** Rounds away what binary fractions add, so that 0.1 + 0.2 steps to 0.3. */
const tidy = (value: number): number => Number.parseFloat(value.toPrecision(12));

/**
 * A number that can be typed (also as `2*64`), stepped with the arrow keys (Shift: ten steps) or dragged by its unit or
 * grip. What cannot be is not taken: the sentence beneath says why, and the document keeps its last good value.
 */
export function NumberField(props: NumberFieldProps) {
  const { label, value, onChange, unit, disabled = false, inline = false, step = 1, integer = false } = props;
  const t = useT();
  const generated = useId();
  const id = props.id ?? generated;
  const [draft, setDraft] = useState<string>();
  const [refusal, setRefusal] = useState<Refusal>();
  const scrub = useRef<{ x: number; from: number; last: number } | undefined>(undefined);

  // A value that came from elsewhere (undo, a template) replaces what was being typed.
  useEffect(() => {
    setDraft(undefined);
    setRefusal(undefined);
  }, [value]);

  const refusalOf = (next: number | undefined): Refusal | undefined => {
    if (next === undefined) return 'notANumber';
    if (integer && !Number.isInteger(next)) return 'notWhole';
    return isInside(next, props) ? undefined : 'outOfRange';
  };

  const commit = (text: string): void => {
    const next = evaluateExpression(text);
    const problem = refusalOf(next);
    setRefusal(problem);
    if (problem !== undefined || next === undefined) return;
    setDraft(undefined);
    if (next !== value) onChange(next, false);
  };

  const clamp = (next: number): number => {
    const { min = -Infinity, max = Infinity } = props;
    // An open bound is never reached: what would land on it is left where it was.
    const low = props.exclusiveMin
      ? min + (props.scale === 'log' ? Number.EPSILON : Math.min(step, value - min))
      : min;
    const high = props.exclusiveMax ? max - Math.min(step, max - value) : max;
    const rounded = integer ? Math.round(next) : tidy(next);
    return Math.min(Math.max(rounded, Math.min(low, high)), Math.max(low, high));
  };

  const after = (from: number, steps: number): number =>
    clamp(
      props.scale === 'log'
        ? Number.parseFloat((from * 10 ** (steps / 10)).toPrecision(2))
        : from + steps * step,
    );

  const move = (steps: number, scrubbing: boolean, from = value): void => {
    const next = after(from, steps);
    setRefusal(undefined);
    setDraft(undefined);
    if (next !== value && isInside(next, props)) onChange(next, scrubbing);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') {
      commit(event.currentTarget.value);
      event.currentTarget.select();
    } else if (event.key === 'Escape') {
      // Leaving takes what the field holds: hand it the last good value first.
      flushSync(() => {
        setDraft(undefined);
        setRefusal(undefined);
      });
      event.currentTarget.blur();
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      const typed = draft === undefined ? value : (evaluateExpression(draft) ?? value);
      move((event.key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? 10 : 1), false, typed);
    }
  };

  const startScrub = (event: PointerEvent<HTMLElement>): void => {
    if (disabled || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    scrub.current = { x: event.clientX, from: value, last: value };
  };
  const onScrub = (event: PointerEvent<HTMLElement>): void => {
    if (scrub.current === undefined) return;
    const steps = Math.trunc((event.clientX - scrub.current.x) / 4) * (event.shiftKey ? 10 : 1);
    const next = after(scrub.current.from, steps);
    if (next === scrub.current.last || !isInside(next, props)) return;
    scrub.current.last = next;
    onChange(next, true);
  };
  const endScrub = (): void => {
    scrub.current = undefined;
  };

  const range = rangeText(props, t('field.infinity'));
  return (
    <div
      className={css['field']}
      data-inline={inline || undefined}
      data-invalid={refusal !== undefined || undefined}
    >
      <div className={css['box']}>
        <input
          id={id}
          className={`${css['input']} nodrag nowheel`}
          type="text"
          inputMode="decimal"
          role="spinbutton"
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          tabIndex={props.tabIndex}
          aria-label={label}
          // ARIA knows no exponents; the text says what is too small for it.
          aria-valuenow={Number(value.toFixed(6))}
          aria-valuetext={unit === undefined ? formatNumber(value) : `${formatNumber(value)} ${unit}`}
          aria-valuemin={props.min}
          aria-valuemax={props.max}
          aria-invalid={refusal !== undefined || undefined}
          aria-describedby={refusal === undefined ? props.describedBy : `${id}-refusal`}
          // While nothing is being typed, undo and redo are the document's (keys/).
          data-pristine={draft === undefined || undefined}
          data-draft={draft !== undefined || undefined}
          value={draft ?? formatNumber(value)}
          onChange={(event) => {
            setDraft(event.target.value);
            setRefusal(undefined);
          }}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={(event) => {
            if (draft !== undefined) commit(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
        {unit === undefined ? null : <span className={css['unit']}>{unit}</span>}
        {disabled ? null : (
          <span
            aria-hidden
            className={`${css['grip']} nodrag`}
            title={t('field.scrub')}
            onPointerDown={startScrub}
            onPointerMove={onScrub}
            onPointerUp={endScrub}
            onPointerCancel={endScrub}
          />
        )}
      </div>
      {refusal === undefined ? null : (
        <p id={`${id}-refusal`} role="alert" className={css['refusal']}>
          {t(`field.${refusal}`, { range, found: draft ?? '' })}
        </p>
      )}
    </div>
  );
}

/** `1 … 4096`, `> 0`, `0 … < 1`. */
function rangeText({ min, max, exclusiveMin, exclusiveMax }: NumberRange, infinity: string): string {
  const low = min === undefined ? `−${infinity}` : `${exclusiveMin ? '> ' : ''}${formatNumber(min)}`;
  const high = max === undefined ? infinity : `${exclusiveMax ? '< ' : ''}${formatNumber(max)}`;
  return `${low} … ${high}`;
}
