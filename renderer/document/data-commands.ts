import { text } from '../../engine/declaration/text.ts';
import { withFiles, withFilesIn } from '../../engine/document/data-of-node.ts';
import type { OpenedData } from '../../engine/protocol/data-messages.ts';
import { edit, useDocumentStore } from './store.ts';

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
