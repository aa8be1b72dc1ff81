import css from './KeyCaps.module.css';
import { keyParts } from './platform.ts';

/** A key binding drawn as keys. */
export function KeyCaps({ binding }: { readonly binding: string }) {
  return (
    <span className={css['keys']}>
      {keyParts(binding).map((part) => (
        <kbd key={part} className={css['key']}>
          {part}
        </kbd>
      ))}
    </span>
  );
}
