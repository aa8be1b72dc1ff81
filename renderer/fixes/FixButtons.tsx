import { Wrench } from 'lucide-react';
import type { Problem } from '../../engine/declaration/problem.ts';
import { applyFix } from '../document/fixes.ts';
import { useText } from '../i18n/i18n.ts';
import css from './FixButtons.module.css';
import { useFixes } from './use-fixes.ts';

/** A button for each thing that solves a problem. */
export function FixButtons({ problem }: { readonly problem: Problem }) {
  const text = useText();
  const fixes = useFixes(problem);
  if (fixes.length === 0) return null;
  return (
    <ul className={css['fixes']}>
      {fixes.map((fix) => (
        <li key={fix.label.en}>
          <button type="button" className={css['fix']} onClick={() => applyFix(fix)}>
            <Wrench size={12} aria-hidden />
            {text(fix.label)}
          </button>
        </li>
      ))}
    </ul>
  );
}
