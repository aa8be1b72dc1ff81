import { text } from '../../engine/declaration/text.ts';
import { withFiles, withFilesIn } from '../../engine/document/data-of-node.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import type { OpenedData } from '../../engine/protocol/data-messages.ts';
import { addNode, columnWidth } from './commands.ts';
import { edit, showLevel, useDocumentStore } from './store.ts';

/** From now on a Data node takes its samples from opened files, and the network answers as these ask for. */
export function takeFiles(id: string, opened: OpenedData, name: string): void {
  const { project, level } = useDocumentStore.getState();
  edit({ key: 'change', name: text(`Files of ${name}`, `${name} 的文件`) }, (draft) => {
    if (level.length === 0) {
      draft.nodes = withFilesIn(project, id, opened).document.nodes;
      return;
    }
    const node = draft.nodes.find((candidate) => candidate.id === id);
    if (node !== undefined) node.params = withFiles(node, opened).params;
  });
}

/** Adds a Data node at the top, where alone there may be one, left of everything; whoever is inside a block leaves it. */
export function addData(): DocumentNode | undefined {
  if (useDocumentStore.getState().level.length > 0) showLevel([]);
  const { nodes } = useDocumentStore.getState().document;
  const [left] = nodes.toSorted((a, b) => a.position.x - b.position.x);
  const at = left === undefined ? { x: 0, y: 0 } : { x: left.position.x - columnWidth, y: left.position.y };
  return addNode('data', at);
}
