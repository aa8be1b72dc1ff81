import { Input } from '@base-ui/react/input';
import { type KeyboardEvent, useState } from 'react';
import css from './TextField.module.css';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly maxLength: number;
  /** It has lines, among which Enter begins another. */
  readonly isLong?: boolean;
  readonly inline?: boolean;
  readonly tabIndex?: number;
  readonly id?: string;
  readonly describedBy?: string;
}

/** Lines that are seen at once, if there are as many. */
const seenLines = { least: 4, most: 16 } as const;

/** A text. It is given on when the field is left, or Enter is pressed where it has no lines; Escape takes the last good value back. */
export function TextField(props: TextFieldProps) {
  const { label, value, onChange, maxLength, isLong = false, inline = false, ...given } = props;
  const [draft, setDraft] = useState<string>();
  const commit = (): void => {
    if (draft !== undefined && draft !== value) onChange(draft);
    setDraft(undefined);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !isLong) commit();
    if (event.key !== 'Escape' || draft === undefined) return;
    event.stopPropagation();
    setDraft(undefined);
  };
  const shown = draft ?? value;
  const common = {
    'aria-label': label,
    'data-draft': draft !== undefined || undefined,
    value: shown,
    maxLength,
    spellCheck: false,
    onBlur: commit,
    onKeyDown,
    ...(given.tabIndex !== undefined && { tabIndex: given.tabIndex }),
    ...(given.id !== undefined && { id: given.id }),
    ...(given.describedBy !== undefined && { 'aria-describedby': given.describedBy }),
  };
  return isLong ? (
    <textarea
      className={css['lines']}
      wrap="off"
      rows={Math.min(seenLines.most, Math.max(seenLines.least, shown.split('\n').length + 1))}
      onChange={(event) => setDraft(event.currentTarget.value)}
      {...common}
    />
  ) : (
    <Input
      className={css['input']}
      data-inline={inline}
      onChange={(event) => setDraft(event.currentTarget.value)}
      {...common}
    />
  );
}
