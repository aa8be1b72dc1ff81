import {
  constantOperator,
  type ModelPlace,
  type ModelPort,
  type OpenedModel,
} from '../../engine/protocol/model-messages.ts';
import { missingOf, type OperatorKind, operatorKind } from './operator-kinds.ts';

/** What stands in a box of a model's graph. */
export interface DrawnBox {
  readonly place: ModelPlace;
  readonly kind: OperatorKind | 'input' | 'output';
  readonly operator: string;
  readonly name: string;
  readonly shape: ModelPort['shape'] | undefined;
  readonly weightCount: number;
  readonly isMissing: boolean;
}

export interface ModelDrawing {
  readonly boxes: readonly DrawnBox[];
  readonly wires: OpenedModel['wires'];
}

/** Beyond this many nodes a layout takes minutes, and shows nothing that a list does not. */
export const mostDrawn = 2000;

/** Inputs, nodes and outputs with the wires between them; constants stand in the nodes that read them. */
export function drawingOf(model: OpenedModel): ModelDrawing {
  const missing = missingOf(model);
  const ports = (side: 'input' | 'output', list: readonly ModelPort[]): DrawnBox[] =>
    list.map(({ name, shape }, at) => ({
      place: `${side}-${at}`,
      kind: side,
      operator: side,
      name,
      // Of one that the file gives no sizes, none are known.
      shape: shape.length === 0 ? undefined : shape,
      weightCount: 0,
      isMissing: false,
    }));
  const nodes = model.nodes.flatMap(({ opType, ...node }, at): DrawnBox[] =>
    opType === constantOperator
      ? []
      : [
          {
            ...node,
            place: `node-${at}`,
            kind: operatorKind(opType),
            operator: opType,
            isMissing: missing.has(opType),
          },
        ],
  );
  const boxes = [...ports('input', model.inputs), ...nodes, ...ports('output', model.outputs)];
  const drawn = new Set(boxes.map(({ place }) => place));
  return { boxes, wires: model.wires.filter(({ from, to }) => drawn.has(from) && drawn.has(to)) };
}

/** Where a node is seen in the drawing: a constant in the first that reads it. */
export function drawnPlace({ nodes, wires }: OpenedModel, place: ModelPlace): ModelPlace {
  const isConstant = nodes[Number(place.slice('node-'.length))]?.opType === constantOperator;
  const reader = isConstant ? wires.find(({ from }) => from === place)?.to : undefined;
  return reader ?? place;
}

export type Step = 'up' | 'down' | 'left' | 'right';

/** Where the keyboard goes from a box: along its first wire, or to the next in its row. */
export function stepFrom(
  { boxes, wires }: ModelDrawing,
  places: readonly { readonly x: number; readonly y: number }[],
  from: ModelPlace | undefined,
  step: Step,
): ModelPlace | undefined {
  const at = boxes.findIndex(({ place }) => place === from);
  const here = places[at];
  if (here === undefined) return boxes[0]?.place;
  if (step === 'down') return wires.find((wire) => wire.from === from)?.to;
  if (step === 'up') return wires.find(({ to }) => to === from)?.from;
  const side = step === 'right' ? 1 : -1;
  const beside = boxes.flatMap(({ place }, i) => {
    const { x, y } = places[i] ?? here;
    const distance = (x - here.x) * side;
    return y === here.y && distance > 0 ? [{ place, distance }] : [];
  });
  return beside.toSorted((a, b) => a.distance - b.distance)[0]?.place;
}
