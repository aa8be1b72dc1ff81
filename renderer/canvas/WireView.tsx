import { memo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { portHeight } from '../document/commands.ts';
import { useDocumentStore } from '../document/store.ts';
import { WireFixes } from '../fixes/WireFixes.tsx';
import { useT } from '../i18n/i18n.ts';
import type { WireShape } from './flow.ts';
import { WireLabel, WirePath } from './flow-parts.tsx';
import { wireFacts } from './labels.ts';
import css from './WireView.module.css';
import { useDropTarget } from './wire-drop.ts';

const noFacts = { shape: undefined, clash: undefined, labels: false, target: undefined } as const;

/** To each side of a wire's middle: its label is centred in that, without a transform, which would cost every frame. */
const labelRoom = 200;

/** As wide as a label is, about, with enough of its wire on both sides to be seen: colour and thickness tell the gradient. */
const breadthOf = (label: string): number => 6 * label.length + 28;
/** Above a wire that it would cover; and above the nodes at its ends, where it is wider than the wire between them. */
const above = 12;
const aboveNodes = portHeight + 14;

/** A wire with the shape of what travels along it; red, with both shapes, where they do not meet. */
export const WireView = memo(function WireView({ id, path, x, y, room, selected }: WireShape) {
  const t = useT();
  const { shape, clash, labels, target } = useDocumentStore(
    useShallow((state) => {
      const wire = state.analysis.topology.wires.get(id);
      return wire === undefined ? noFacts : { ...wireFacts(state, wire), target: wire.to.node };
    }),
  );
  const known = shape ?? t('canvas.unknownShape');
  const told = clash === undefined || clash === '' ? known : `${known} ≠ ${clash}`;
  const isLifted = clash !== undefined && room < breadthOf(told);
  const place = {
    top: y - (isLifted ? aboveNodes : room < breadthOf(known) ? above : 0),
    left: x - labelRoom,
    right: `calc(100% - ${x + labelRoom}px)`,
  };
  const state = clash !== undefined ? 'clash' : shape === undefined ? 'unknown' : 'known';
  const drop = useDropTarget((target) =>
    target.wire === id ? (target.fits ? 'fits' : 'refused') : undefined,
  );
  const classes = [
    css['path'],
    css[state],
    labels && css['labels'],
    selected && css['selected'],
    drop && css[drop],
  ];
  return (
    <>
      <WirePath path={path} className={classes.filter(Boolean).join(' ')} />
      <WireLabel>
        {clash !== undefined && target !== undefined ? (
          <WireFixes
            node={target}
            label={told}
            className={css['label']}
            style={place}
            data={{
              'data-state': state,
              'data-selected': selected || undefined,
              'data-lifted': isLifted || undefined,
            }}
          />
        ) : (
          <div
            className={css['label']}
            data-state={state}
            data-selected={selected || undefined}
            style={place}
          >
            {known}
          </div>
        )}
      </WireLabel>
    </>
  );
});
