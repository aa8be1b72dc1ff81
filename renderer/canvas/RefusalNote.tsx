import { CircleX } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import { useText } from '../i18n/i18n.ts';
import css from './RefusalNote.module.css';

export interface Refusal {
  readonly reason: Text;
  /** Where in the window the wire was let go of. */
  readonly at: { readonly x: number; readonly y: number };
}

const shownMs = 8_000;
const width = 260;

/** Why a wire was not taken, at the place where it was let go of. */
export function RefusalNote({
  refusal,
  onDone,
}: {
  readonly refusal: Refusal | undefined;
  readonly onDone: () => void;
}) {
  const text = useText();
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => {
    if (refusal === undefined) return undefined;
    const timer = window.setTimeout(() => done.current(), shownMs);
    return () => window.clearTimeout(timer);
  }, [refusal]);
  if (refusal === undefined) return null;
  const left = Math.min(refusal.at.x + 12, window.innerWidth - width - 16);
  const top = Math.min(refusal.at.y + 12, window.innerHeight - 120);
  return (
    <div role="alert" className={css['note']} style={{ left, top, width }}>
      <CircleX size={15} aria-hidden className={css['icon']} />
      {text(refusal.reason)}
    </div>
  );
}
