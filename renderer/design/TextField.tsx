import { Input } from '@base-ui/react/input';
import { type KeyboardEvent, useState } from 'react';
import css from './TextField.module.css';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly maxLength: number;
  readonly inline?: boolean;
  readonly tabIndex?: number;
  readonly id?: string;
  readonly describedBy?: string;
}

/** A short text. It is given on when the field is left or Enter is pressed; Escape takes the last good value back. */
export function TextField({ label, value, onChange, maxLength, inline = false, ...given }: TextFieldProps) {
  const [draft, setDraft] = useState<string>();
  const commit = (): void => {
    if (draft !== undefined && draft !== value) onChange(draft);
    setDraft(undefined);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') commit();
    if (event.key !== 'Escape' || draft === undefined) return;
    event.stopPropagation();
    setDraft(undefined);
  };
  return (
    <Input
      className={css['input']}
      aria-label={label}
      value={draft ?? value}
      maxLength={maxLength}
      spellCheck={false}
      data-inline={inline}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
      {...(given.tabIndex !== undefined && { tabIndex: given.tabIndex })}
      {...(given.id !== undefined && { id: given.id })}
      {...(given.describedBy !== undefined && { 'aria-describedby': given.describedBy })}
    />
  );
}
