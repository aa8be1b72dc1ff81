import type { Params } from '../../../declaration/fields.ts';
import { freshName } from '../../../document/fresh.ts';
import type { DocumentNode, Wire } from '../../../document/schema.ts';
import type { Tensor } from '../../../ops/contract.ts';
import type { LayerOf } from './rule.ts';
import { zeroPadParams } from './window-rules.ts';

/** A layer that is to be drawn, and the tensors that come out of it. */
export interface DrawnLayer {
  readonly origin: string;
  readonly layer: LayerOf;
  readonly outputs: readonly Tensor[];
  /** Where they come out, where that is not all at `y`. */
  readonly ports?: readonly string[];
  /** Its weights are no weights of the file, but fixed numbers in its graph. */
  readonly isFixed?: boolean;
}

/** Numbers of the layers' weights: node id → name of the weight. */
export type DrawnWeights = ReadonlyMap<string, Readonly<Record<string, Float32Array>>>;

interface End {
  readonly node: string;
  readonly port: string;
}

const origin = { x: 0, y: 0 };

/**
 * `layer2.0/conv1` of `/layer2/layer2.0/conv1/Conv`: exporters name a node by the modules around it, each within its list,
 * and by its operator, which the layer says already.
 */
function shortened(name: string): string {
  const words = name
    .trim()
    .split('/')
    .filter((word) => word !== '');
  const apart = words.filter((word, at) => !(words[at + 1] ?? '').startsWith(`${word}.`));
  const isOperator = /^[A-Z][A-Za-z0-9]*(_\d+)?$/.test(apart.at(-1) ?? '');
  const isInModule = apart.length > 1 && !/\.\d+$/.test(apart.at(-2) ?? '');
  return (isOperator && isInModule ? apart.slice(0, -1) : apart).join('/').slice(-60);
}

/** Nodes and wires as they come to be, in the order of computation; where they stand is said later (placement.ts). */
export class Drawing {
  readonly nodes: DocumentNode[] = [];
  readonly wires: Wire[] = [];
  readonly weights = new Map<string, Readonly<Record<string, Float32Array>>>();
  private readonly sources = new Map<Tensor, End>();
  private readonly names = new Set<string>();

  /** Samples; hands back the node's id. */
  data(name: string, params: Params, tensor: Tensor | undefined): string {
    const id = this.node('data', name, params);
    if (tensor !== undefined) this.sources.set(tensor, { node: id, port: 'x' });
    return id;
  }

  layer({ origin: name, layer, outputs, ports = [], isFixed = false }: DrawnLayer): void {
    const wires = Object.entries(layer.wires).map(([port, tensor]): [string, End] => [
      port,
      this.sourceOf(tensor),
    ]);
    if (layer.padded !== undefined) {
      const [[, from]] = wires as [[string, End]];
      const pad = this.node('zero-pad', `${name}.pad`, zeroPadParams(layer.padded));
      this.wire(from, pad, 'x');
      wires[0] = ['x', { node: pad, port: 'y' }];
    }
    const id = this.node(layer.type, name, layer.params, isFixed);
    for (const [port, from] of wires) this.wire(from, id, port);
    for (const [at, output] of outputs.entries())
      this.sources.set(output, { node: id, port: ports[at] ?? 'y' });
    if (layer.weights !== undefined || layer.numbers !== undefined)
      this.weights.set(id, { ...layer.weights, ...layer.numbers });
  }

  /** A loss of what a tensor is against the answers of a data node; `flat` where it compares rows alone. */
  loss(type: string, name: string, prediction: Tensor, data: string, flat: boolean): string {
    let from = this.sourceOf(prediction);
    if (flat) {
      const id = this.node('flatten', `${name}.row`, {});
      this.wire(from, id, 'x');
      from = { node: id, port: 'y' };
    }
    const id = this.node(type, name, {});
    this.wire(from, id, 'prediction');
    this.wire({ node: data, port: 'y' }, id, 'target');
    return id;
  }

  private sourceOf(tensor: Tensor): End {
    const source = this.sources.get(tensor);
    if (source === undefined) throw new Error(`nothing on the canvas gives ${tensor.name}`);
    return source;
  }

  private node(type: string, wanted: string, params: Params, frozen = false): string {
    const id = `n${this.nodes.length + 1}`;
    const name = freshName(shortened(wanted) || type, this.names);
    this.names.add(name);
    this.nodes.push({ id, type, name, position: origin, params: { ...params }, ...(frozen && { frozen }) });
    return id;
  }

  private wire(from: End, node: string, port: string): void {
    this.wires.push({ id: `w${this.wires.length + 1}`, from, to: { node, port } });
  }
}
