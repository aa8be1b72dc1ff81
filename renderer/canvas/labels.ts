import { shapeLabel, type TensorType } from '../../engine/declaration/tensor-type.ts';
import { type Text, text } from '../../engine/declaration/text.ts';
import { type Blocks, declarationOf } from '../../engine/document/blocks.ts';
import type { Wire } from '../../engine/document/schema.ts';
import type { Port } from '../../engine/layers/contract.ts';
import type { DocumentState } from '../document/store.ts';

export const portOf = (
  blocks: Blocks,
  type: string | undefined,
  side: 'inputs' | 'outputs',
  name: string,
): Port | undefined =>
  type === undefined
    ? undefined
    : declarationOf(blocks, type)?.ports[side].find((port) => port.name === name);

/** What a port is called where people read it: its label, as it stands beside the port; its name where it has none. */
export const portLabel = (
  blocks: Blocks,
  type: string | undefined,
  side: 'inputs' | 'outputs',
  name: string,
): Text => portOf(blocks, type, side, name)?.label ?? text(name, name);

/** `N×4`, or undefined while it is not known. */
export const typeLabel = (type: TensorType | undefined): string | undefined =>
  type === undefined ? undefined : shapeLabel(type.shape);

/** What a port really carries: `any` becomes known with its type. */
export const carriedBy = (declared: Port['carries'], type: TensorType | undefined): Port['carries'] =>
  type === undefined ? declared : type.dtype === 'int32' ? 'labels' : 'numbers';

/** What class labels ask of a prediction is one column for each class; everything else, its own shape. */
const expectedLabel = (type: TensorType | undefined): string | undefined =>
  type?.classes === undefined ? typeLabel(type) : shapeLabel([...type.shape, type.classes]);

export interface WireFacts {
  readonly shape: string | undefined;
  /** The shape on the same node's other input that it does not meet; empty where only a sentence says why. */
  readonly clash: string | undefined;
  readonly labels: boolean;
}

/** What a wire shows: its shape, and whether the node it ends at can do anything with it. */
export function wireFacts(
  state: Pick<DocumentState, 'analysis' | 'document' | 'problemsOf'>,
  wire: Wire,
): WireFacts {
  const { analysis, document, problemsOf } = state;
  const source = analysis.topology.nodes.get(wire.from.node);
  const target = analysis.topology.nodes.get(wire.to.node);
  const type = analysis.nodes.get(wire.from.node)?.outputs[wire.from.port];
  const declared = portOf(document.blocks, source?.type, 'outputs', wire.from.port)?.carries ?? 'any';
  const labels = carriedBy(declared, type) === 'labels';
  const shape = typeLabel(type);
  const inputs = analysis.nodes.get(wire.to.node)?.inputs ?? {};
  const isRefused = (problemsOf.get(wire.to.node) ?? []).some(
    ({ severity, code, place }) =>
      severity === 'error' &&
      code !== 'missing-wire' &&
      place.field === undefined &&
      (place.port === undefined ? target !== undefined && code !== 'cycle' : place.port === wire.to.port),
  );
  if (!isRefused || shape === undefined) return { shape, clash: undefined, labels };
  const [other] = Object.entries(inputs).filter(
    ([port, input]) => port !== wire.to.port && input !== undefined,
  );
  return { shape, clash: expectedLabel(other?.[1]) ?? '', labels };
}
