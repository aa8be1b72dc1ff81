import { type Text, text } from '../declaration/text.ts';
import type { Port } from '../layers/contract.ts';
import type { Known } from './analyse.ts';
import { nodePorts } from './blocks.ts';
import { knownOf } from './level-analysis.ts';
import type { Drawing, Wire } from './schema.ts';
import { reaches } from './topology.ts';

/**
 * Why a wire cannot be drawn, or undefined when it can. An input that has a wire already is no obstacle: the new one
 * takes its place. Shapes that do not meet are none either: they are marked, so that a net can be built in any order.
 * Whoever asks about many wires of one document hands its analysis along, and a quick `leads` from one node to another.
 */
export function checkWire(
  document: Drawing,
  from: Wire['from'],
  to: Wire['to'],
  { topology, nodes }: Known = knownOf(document),
  leads = (start: string, end: string): boolean => reaches(topology.outOf, start, end),
): Text | undefined {
  const source = topology.nodes.get(from.node);
  const target = topology.nodes.get(to.node);
  const output = port(source && nodePorts(document.blocks, source).outputs, from.port);
  const input = port(target && nodePorts(document.blocks, target).inputs, to.port);
  if (source === undefined || target === undefined || output === undefined || input === undefined) {
    return text('A wire goes from an output to an input.', '连线须从一个输出连到一个输入。');
  }
  if (from.node === to.node) {
    return text(`"${source.name}" cannot feed itself.`, `“${source.name}”不能连到自己。`);
  }
  if (leads(to.node, from.node)) {
    return text(
      `"${target.name}" leads to "${source.name}" already; this wire would close a circle.`,
      `“${target.name}”已经通向“${source.name}”；这条连线会形成环。`,
    );
  }
  const type = nodes.get(from.node)?.outputs[from.port];
  const carried = type === undefined ? output.carries : type.dtype === 'int32' ? 'labels' : 'numbers';
  if (carried !== 'any' && input.carries !== 'any' && carried !== input.carries) {
    return text(
      `"${output.label.en}" of "${source.name}" carries ${kind[carried].en}, but "${input.label.en}" of "${target.name}" takes ${kind[input.carries].en}.`,
      `“${source.name}”的“${output.label.zh}”输出${kind[carried].zh}，而“${target.name}”的“${input.label.zh}”需要${kind[input.carries].zh}。`,
    );
  }
  return undefined;
}

const kind = {
  numbers: text('numbers', '数值'),
  labels: text('whole numbers (labels, tokens)', '整数（标签、词元）'),
} as const;

const port = (ports: readonly Port[] | undefined, name: string): Port | undefined =>
  ports?.find((candidate) => candidate.name === name);
