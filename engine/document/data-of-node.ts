import { isMade, sampleTypeOf, sourceOf } from '../data/sources/index.ts';
import type { FoundFiles } from '../declaration/found-files.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { catalogue } from './catalogue.ts';
import { completeParams } from './check-params.ts';
import { type FittedHeads, withFittingHeads } from './fitting-heads.ts';
import type { DocumentNode, NetwrightDocument } from './schema.ts';

/**
 * A data node whose samples come from opened files; what it was made of before is there still when another source is chosen.
 * Where files can be given the shape that its samples had, they are: the network behind was drawn for it.
 */
export function withFiles(
  node: DocumentNode,
  { source, files }: { readonly source: string; readonly files: FoundFiles },
): DocumentNode {
  const params = completeParams(catalogue.get(node.type)?.fields ?? {}, node.params);
  const { source: usual } = params;
  const before = typeof usual === 'string' && usual !== source ? sourceOf(usual) : undefined;
  const had = before && sampleTypeOf(before, params);
  const opened = sourceOf(source);
  const suiting = had && opened && !isMade(opened) ? opened.suiting?.(had.input.shape) : undefined;
  return { ...node, params: { ...node.params, ...suiting, source, files } };
}

/** A document in which one of its own data nodes takes its samples from opened files, and the network answers as these ask for. */
export const withFilesIn = (
  document: NetwrightDocument,
  id: string,
  opened: Parameters<typeof withFiles>[1],
): FittedHeads =>
  withFittingHeads({
    ...document,
    nodes: document.nodes.map((node) => (node.id === id ? withFiles(node, opened) : node)),
  });

/** The document's only data node. Throws a NetwrightError where there is none, or several. */
export function onlyDataNode({ nodes, name }: NetwrightDocument): DocumentNode {
  const found = nodes.filter(({ type }) => catalogue.get(type)?.category === 'data');
  const [node] = found;
  if (node !== undefined && found.length === 1) return node;
  throw new NetwrightError(
    'no-data',
    text(
      `${name}: expected one Data node, found ${found.length === 0 ? 'none' : found.length}.`,
      `${name}：应有一个数据节点，实际有 ${found.length} 个。`,
    ),
  );
}
