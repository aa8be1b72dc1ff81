import { useShallow } from 'zustand/react/shallow';
import { useDocumentStore } from '../document/store.ts';
import { TrainingSettings } from '../training/TrainingSettings.tsx';
import css from './Inspector.module.css';
import { ManyInspector } from './ManyInspector.tsx';
import { NodeInspector } from './NodeInspector.tsx';
import { WireInspector } from './WireInspector.tsx';

/** What is selected, in detail; with nothing selected, how the network is trained. */
export function Inspector() {
  const nodes = useDocumentStore(useShallow((state) => [...state.selection.nodes]));
  const wires = useDocumentStore(useShallow((state) => [...state.selection.wires]));
  const [node] = nodes;
  const [wire] = wires;
  return (
    <div className={css['inspector']}>
      {nodes.length + wires.length > 1 ? (
        <ManyInspector nodes={nodes.length} wires={wires.length} />
      ) : node !== undefined ? (
        <NodeInspector key={node} id={node} />
      ) : wire !== undefined ? (
        <WireInspector key={wire} id={wire} />
      ) : (
        <TrainingSettings />
      )}
    </div>
  );
}
