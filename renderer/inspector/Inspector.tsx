import { useShallow } from 'zustand/react/shallow';
import { focusCanvas } from '../canvas/view.ts';
import { drawnBlock } from '../document/block-commands.ts';
import { useDocumentStore } from '../document/store.ts';
import { TrainingSettings } from '../training/TrainingSettings.tsx';
import { BlockSettings } from './BlockSettings.tsx';
import css from './Inspector.module.css';
import { ManyInspector } from './ManyInspector.tsx';
import { NodeInspector } from './NodeInspector.tsx';
import { NoteInspector } from './NoteInspector.tsx';
import { WireInspector } from './WireInspector.tsx';

/** What is selected, in detail; with nothing selected, the block that is drawn, or how the network is trained. */
export function Inspector() {
  const nodes = useDocumentStore(useShallow((state) => [...state.selection.nodes]));
  const wires = useDocumentStore(useShallow((state) => [...state.selection.wires]));
  const notes = useDocumentStore(useShallow((state) => [...(state.selection.notes ?? [])]));
  const [node] = nodes;
  const [wire] = wires;
  return (
    <div
      className={css['inspector']}
      onKeyDown={(event) => {
        const { target, currentTarget, key, nativeEvent } = event;
        if (key !== 'Escape' || nativeEvent.isComposing || !(target instanceof HTMLElement)) return;
        // A list that is open closes first.
        if (!currentTarget.contains(target) || target.ariaExpanded === 'true') return;
        requestAnimationFrame(() => focusCanvas(node));
      }}
      role="presentation"
    >
      {nodes.length + wires.length + notes.length > 1 ? (
        <ManyInspector nodes={nodes.length} wires={wires.length} notes={notes.length} />
      ) : node !== undefined ? (
        <NodeInspector key={node} id={node} />
      ) : notes.length === 1 ? (
        <NoteInspector />
      ) : wire !== undefined ? (
        <WireInspector key={wire} id={wire} />
      ) : (
        <Whole />
      )}
    </div>
  );
}

function Whole() {
  const block = useDocumentStore(drawnBlock);
  return block === undefined ? <TrainingSettings /> : <BlockSettings key={block.id} block={block} />;
}
