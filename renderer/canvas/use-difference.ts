import type { Problem } from '../../engine/declaration/problem.ts';
import { problemsByNode } from '../document/problems-by-node.ts';
import { useDocumentStore } from '../document/store.ts';
import { useExport } from '../training/export-onnx.ts';

/** Where the last export is not what the engine computes: the problem, at the node that is drawn for it. */
export function useDifference(id: string): Problem | undefined {
  const difference = useExport((state) => state.difference);
  const isHere = useDocumentStore(
    ({ level, project }) => difference !== undefined && problemsByNode([difference], level, project).has(id),
  );
  return isHere ? difference : undefined;
}
