import type { FlatDocument } from './schema.ts';

/**
 * A name for each node that is unique in the document and fit for tensors, files and ONNX: the node's own, with what is
 * neither letter nor digit replaced, and numbered where two are alike. By node id.
 */
export function graphNames(document: FlatDocument): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const node of document.nodes) {
    const wanted = node.name.trim().replace(/[^\p{L}\p{N}_-]+/gu, '_');
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    taken.add(name);
    names.set(node.id, name);
  }
  return names;
}
