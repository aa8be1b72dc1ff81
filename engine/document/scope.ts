import type { Place } from '../declaration/problem.ts';
import { portNodes, portTypes } from './blocks.ts';
import type { BlockDefinition, DocumentNode, Wire } from './schema.ts';

/** Nodes and wires of the top, or of one passage through one instance of a block. */
export interface Scope {
  /** What its nodes' ids begin with in the flat document: empty at the top, else `block-1/` or, repeated, `block-1.2/`. */
  readonly path: string;
  /** The same without the numbers of passages: what places in problems begin with. */
  readonly place: string;
  /** What its nodes' names begin with. */
  readonly name: string;
  /** With the values that the instance gives to exposed fields. */
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  readonly wires: readonly Wire[];
  /** By the input that a wire ends at. */
  readonly into: ReadonlyMap<string, Wire>;
  /** Every passage through an instance, by the instance's id. */
  readonly inside: ReadonlyMap<string, readonly Scope[]>;
  /** Where it stands itself; undefined at the top. */
  readonly outer: Outer | undefined;
}

export interface Outer {
  readonly scope: Scope;
  readonly instance: DocumentNode;
  readonly block: BlockDefinition;
  /** From 0. */
  readonly round: number;
}

export const endKey = ({ node, port }: Wire['to']): string => `${node} ${port}`;

/** An output of an ordinary node, by its id in the flat document; or the place where a wire is missing. */
export type Source = { readonly end: Wire['from'] } | { readonly missing: Place };

/** What an output comes from, through every wall of a block; undefined where the drawing is broken. */
export function sourceOf(scope: Scope, { node: id, port }: Wire['from'], steps = 0): Source | undefined {
  const node = scope.nodes.get(id);
  // A wire leads through no more walls than this unless it runs in a circle.
  if (node === undefined || steps > mostSteps) return undefined;
  if (node.type === portTypes.input) return sourceOfInput(scope, id, steps);
  const passages = scope.inside.get(id);
  if (passages === undefined) return { end: { node: scope.path + id, port } };
  const last = passages.at(-1);
  return last && sourceOfOutput(last, port, steps);
}

const mostSteps = 4000;

function sourceOfOutput(scope: Scope, port: string, steps: number): Source | undefined {
  if (scope.nodes.get(port)?.type !== portTypes.output) return undefined;
  const wire = scope.into.get(endKey({ node: port, port: 'x' }));
  if (wire === undefined) return { missing: { node: scope.place + port, port: 'x' } };
  return sourceOf(scope, wire.from, steps + 1);
}

function sourceOfInput({ outer }: Scope, port: string, steps: number): Source | undefined {
  if (outer === undefined) return undefined;
  const { scope, instance, block, round } = outer;
  const before = scope.inside.get(instance.id)?.[round - 1];
  const at = portNodes(block, 'input').findIndex(({ id }) => id === port);
  const output = portNodes(block, 'output')[at];
  if (before !== undefined && output !== undefined) return sourceOfOutput(before, output.id, steps + 1);
  const wire = scope.into.get(endKey({ node: instance.id, port }));
  if (wire === undefined) return { missing: { node: scope.place + instance.id, port } };
  return sourceOf(scope, wire.from, steps + 1);
}
