import { memo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import type { WireShape } from './flow.ts';
import { WireLabel, WirePath } from './flow-parts.tsx';
import { wireFacts } from './labels.ts';
import css from './WireView.module.css';
import { useDropTarget } from './wire-drop.ts';

const noFacts = { shape: undefined, clash: undefined, labels: false } as const;

/** A wire with the shape of what travels along it; red, with both shapes, where they do not meet. */
export const WireView = memo(function WireView({ id, path, x, y, selected }: WireShape) {
  const t = useT();
  const { shape, clash, labels } = useDocumentStore(
    useShallow((state) => {
      const wire = state.document.wires.find((candidate) => candidate.id === id);
      return wire === undefined ? noFacts : wireFacts(state, wire);
    }),
  );
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
        <div
          className={css['label']}
          data-state={state}
          data-selected={selected || undefined}
          style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        >
          {shape ?? t('canvas.unknownShape')}
          {clash ? ` ≠ ${clash}` : null}
        </div>
      </WireLabel>
    </>
  );
});
