import type { Guide } from './alignment.ts';
import { OnCanvas } from './flow-parts.tsx';
import css from './Guides.module.css';

/**
 * While nodes are dragged: lines along which they stand in line with others, and a sheet over everything else. The browser
 * asks with every move what lies under the pointer, and finds the sheet instead of looking through all nodes and wires.
 */
export function Guides({ guides }: { readonly guides: readonly Guide[] | undefined }) {
  if (guides === undefined) return null;
  return (
    <OnCanvas>
      <div className={css['sheet']} />
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
