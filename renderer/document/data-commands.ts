import { text } from '../../engine/declaration/text.ts';
import { withFiles } from '../../engine/document/data-of-node.ts';
import type { OpenedData } from '../../engine/protocol/messages.ts';
import { edit } from './store.ts';

/** From now on a Data node takes its samples from opened files. */
export function takeFiles(id: string, opened: OpenedData, name: string): void {
  edit({ key: 'change', name: text(`Files of ${name}`, `${name} 的文件`) }, (draft) => {
    const node = draft.nodes.find((candidate) => candidate.id === id);
    if (node !== undefined) node.params = withFiles(node, opened).params;
  });
}
