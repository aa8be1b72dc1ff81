import type { ParamValue } from '../../engine/declaration/fields.ts';
import { type Blocks, declarationOf, isBlockType } from '../../engine/document/blocks.ts';
import { checkValue } from '../../engine/document/check-params.ts';
import { type DocumentNode, type Drawing, repeatField, type Wire } from '../../engine/document/schema.ts';
import { newErrors } from './new-errors.ts';
import type { Seen } from './store.ts';

/** What could be set on an instance of a block so that its sizes are those of what comes in. */
export function ownSizes(
  blocks: Blocks,
  node: DocumentNode,
  { analysis }: Seen,
): readonly { readonly field: string; readonly value: ParamValue }[] {
  if (!isBlockType(node.type)) return [];
  const fields = declarationOf(blocks, node.type)?.fields ?? {};
  const inputs = Object.values(analysis.nodes.get(node.id)?.inputs ?? {});
  const sizes = new Set(inputs.flatMap((type) => [type?.shape[1], type?.shape.at(-1)]));
  return Object.entries(fields).flatMap(([field, declared]) =>
    declared.kind !== 'integer' || field === repeatField
      ? []
      : [...sizes].flatMap((value) =>
          value === undefined || checkValue(declared, value) !== undefined ? [] : [{ field, value }],
        ),
  );
}

/** A new instance with the one size set that makes it fit what it is wired to, where it does not fit by itself. */
export function fitted(
  document: Drawing,
  seen: Seen,
  look: (drawing: Drawing) => Seen,
  node: DocumentNode,
  wires: readonly Wire[],
): DocumentNode {
  if (!isBlockType(node.type) || wires.length === 0) return node;
  const lookWith = (wanted: DocumentNode): Seen =>
    look({ ...document, nodes: [...document.nodes, wanted], wires: [...document.wires, ...wires] });
  const isWrong = (after: Seen): boolean => newErrors(seen, after, [node.id]).length > 0;
  const asItIs = lookWith(node);
  if (!isWrong(asItIs)) return node;
  for (const { field, value } of ownSizes(document.blocks, node, asItIs)) {
    const sized = { ...node, params: { ...node.params, [field]: value } };
    if (!isWrong(lookWith(sized))) return sized;
  }
  return node;
}
