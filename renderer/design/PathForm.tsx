import { Input } from '@base-ui/react/input';
import type { ReactNode } from 'react';
import css from './PathForm.module.css';
import field from './TextField.module.css';

interface PathFormProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  /** Enter in the field, or a button that submits. */
  readonly onSubmit: () => void;
  /** Buttons beside the field. */
  readonly children: ReactNode;
}

/** A path on the engine's machine, as it is typed. */
export function PathForm({ label, hint, value, onChange, onSubmit, children }: PathFormProps) {
  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Input
        className={field['input']}
        aria-label={label}
        title={label}
        placeholder={hint}
        value={value}
        maxLength={4096}
        spellCheck={false}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {children}
    </form>
  );
}
