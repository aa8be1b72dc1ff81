import type { Guide } from './alignment.ts';
import { OnCanvas } from './flow-parts.tsx';
import css from './Guides.module.css';

/** Lines along which what is dragged stands in line with other nodes. */
export function Guides({ guides }: { readonly guides: readonly Guide[] }) {
  if (guides.length === 0) return null;
  return (
    <OnCanvas>
      {guides.map(({ axis, at, from, to }) => (
        <div
          key={`${axis} ${at}`}
          className={css['guide']}
          data-guide={axis}
          style={
            axis === 'x'
              ? { left: at, top: from - overhang, height: to - from + 2 * overhang }
              : { top: at, left: from - overhang, width: to - from + 2 * overhang }
          }
        />
      ))}
    </OnCanvas>
  );
}

/** How far a line sticks out beyond the nodes that it joins. */
const overhang = 12;
