import { Search } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import css from './SearchField.module.css';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Takes the first of what was found. */
  readonly onEnter: () => void;
  /** Goes on to the list below. */
  readonly onDown?: (event: KeyboardEvent) => void;
}

/** What is looked for in a list beside it; Escape empties it. */
export function SearchField({ label, value, onChange, onEnter, onDown }: SearchFieldProps) {
  return (
    <label className={css['search']}>
      <Search size={14} aria-hidden />
      <input
        type="search"
        value={value}
        placeholder={label}
        aria-label={label}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') onEnter();
          if (event.key === 'ArrowDown') onDown?.(event);
          if (event.key === 'Escape') onChange('');
        }}
      />
    </label>
  );
}
