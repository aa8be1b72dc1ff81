import { useEffect, useRef, useState } from 'react';
import css from './Formula.module.css';

let loading: Promise<(tex: string, element: HTMLElement) => void> | undefined;

/** KaTeX weighs more than the rest of the inspector, so it comes when the first formula does. */
function load(): Promise<(tex: string, element: HTMLElement) => void> {
  loading ??= import('./katex.ts').then(({ typeset }) => typeset);
  return loading;
}

/** A formula, typeset; its TeX until then. The space it takes does not change. */
export function Formula({ tex }: { readonly tex: string }) {
  const field = useRef<HTMLDivElement>(null);
  const [typeset, setTypeset] = useState(false);
  useEffect(() => {
    let current = true;
    void load().then((show) => {
      if (!current || field.current === null) return;
      show(tex, field.current);
      setTypeset(true);
    });
    return () => {
      current = false;
    };
  }, [tex]);
  return (
    <div
      className={css['formula']}
      data-typeset={typeset || undefined}
      tabIndex={0}
      role="math"
      aria-label={tex}
    >
      <div ref={field} />
    </div>
  );
}
