import type { Params } from '../../declaration/fields.ts';
import type { Analysis } from '../../document/analyse.ts';
import { blockOf, portNodes, portsOf } from '../../document/blocks.ts';
import { catalogue } from '../../document/catalogue.ts';
import { completeParams } from '../../document/check-params.ts';
import { flatten } from '../../document/flatten.ts';
import type { DocumentNode, NetwrightDocument, Wire } from '../../document/schema.ts';
import { endKey, type Scope } from '../../document/scope.ts';
import { ancestors, type Topology, topologyOf } from '../../document/topology.ts';
import type { AnyLayer, InputTypes } from '../../layers/contract.ts';
import { operations } from '../../layers/operations.ts';
import { operationsClass } from './operations-class.ts';
import { className, PythonNames } from './python-names.ts';

export interface ModelCode {
  /** Classes for the layers that PyTorch does not have, for each block, and for the network, which is the last. */
  readonly classes: readonly string[];
  /** What the network is called. */
  readonly network: string;
  /** The network's inputs, in the order of `forward`, by the ports of their data nodes. */
  readonly inputs: readonly { readonly name: string; readonly node: string; readonly port: string }[];
  /** Its losses, with the place of what each is given among the results of `forward`. */
  readonly losses: readonly { readonly node: string; readonly result: number }[];
  /** Where each layer that has weights of its own lies in the network, by its id in the flat document. */
  readonly modules: ReadonlyMap<string, string>;
}

const indent = '    ';

/** What leads from the data to the predictions, as classes of PyTorch. `analysis` is that of a document that can run. */
export function modelCode(document: NetwrightDocument, analysis: Analysis): ModelCode {
  return new ModelWriter(document, analysis).result();
}

/** How one scope is written: its class, and where its layers lie within it. */
interface Written {
  readonly name: string;
  readonly modules: ReadonlyMap<string, string>;
}

/** A line of a class's `__init__` and one or more of its `forward`. */
interface Lines {
  readonly made: string[];
  readonly used: string[];
  /** The variable that holds an output, by `endKey`. */
  readonly values: Map<string, string>;
  readonly modules: Map<string, string>;
}

class ModelWriter {
  private readonly document: NetwrightDocument;
  private readonly analysis: Analysis;
  private readonly classes: string[] = [];
  private readonly classNames = new PythonNames();
  /** Classes of blocks by what stands in them: passages that are the same share one. */
  private readonly known = new Map<string, string>();
  /** Classes of layers that PyTorch does not have. */
  private readonly helpers = new Set<string>();

  constructor(document: NetwrightDocument, analysis: Analysis) {
    this.document = document;
    this.analysis = analysis;
    const classNames = [...catalogue.values()].flatMap((layer) => namesIn(layer.pytorchClass ?? ''));
    for (const name of new Set(classNames)) this.classNames.take(name);
  }

  result(): ModelCode {
    const { top } = flatten(this.document);
    const topology = topologyOf({ nodes: [...top.nodes.values()], wires: top.wires });
    const predicted = topology.order
      .filter(({ type }) => isOf('loss', type))
      .flatMap(({ id }) => (topology.into.get(id) ?? []).filter(({ to }) => to.port === 'prediction'));
    const ends = [...new Map(predicted.map((wire) => [endKey(wire.from), wire.from])).values()];
    const needed = ancestors(topology, ...ends.map(({ node }) => node));

    const names = new PythonNames();
    const lines: Lines = { made: [], used: [], values: new Map(), modules: new Map() };
    const data = topology.order.filter(({ id, type }) => needed.has(id) && isOf('data', type));
    const read = new Set([
      ...top.wires.filter(({ to }) => needed.has(to.node)).map(({ from }) => endKey(from)),
      ...ends.map(endKey),
    ]);
    const ports = data.flatMap(({ id, name }) =>
      ['x', 'y'].map((port) => ({ node: id, port, title: port === 'x' ? name : `${name}_y` })),
    );
    const taken = ports.filter((end) => read.has(endKey(end)));
    const inputs = taken.map(({ node, port, title }) => {
      const name = names.take(taken.length === 1 ? 'x' : title);
      lines.values.set(endKey({ node, port }), name);
      return { name, node, port };
    });
    this.write(top, topology, needed, names, lines);
    const network = this.classNames.take(className(this.document.name));
    const results = ends.map((end) => lines.values.get(endKey(end)) ?? '');
    this.classes.push(
      classOf(
        network,
        inputs.map(({ name }) => name),
        lines,
        results,
      ),
    );
    const classes = [...this.helpers, ...this.classes];
    const losses = predicted.map(({ from, to }) => ({
      node: to.node,
      result: ends.findIndex((end) => endKey(end) === endKey(from)),
    }));
    return { classes, network, inputs, losses, modules: lines.modules };
  }

  /** The nodes of a scope that are needed, in the order in which they compute. */
  private write(
    scope: Scope,
    topology: Topology,
    needed: ReadonlySet<string>,
    names: PythonNames,
    lines: Lines,
  ): void {
    const attributes = new Map<string, string>();
    for (const node of topology.order) {
      if (!needed.has(node.id) || isOf('data', node.type) || isOf('loss', node.type)) continue;
      const passages = scope.inside.get(node.id);
      if (passages !== undefined) this.writeInstance(scope, node, passages, names, lines);
      const layer = catalogue.get(node.type);
      if (layer !== undefined) this.writeLayer(scope, node, layer, attributes, names, lines);
    }
  }

  private writeLayer(
    scope: Scope,
    node: DocumentNode,
    layer: AnyLayer,
    attributes: Map<string, string>,
    names: PythonNames,
    { made, used, values, modules }: Lines,
  ): void {
    const flatId = scope.path + node.id;
    const owner = node.weightsOf ?? node.id;
    let attribute = attributes.get(owner);
    if (attribute === undefined) {
      attribute = names.take(scope.nodes.get(owner)?.name ?? node.name);
      attributes.set(owner, attribute);
      const inputs = this.analysis.nodes.get(flatId)?.inputs ?? {};
      const expression = layer.pytorch(completeParams(layer.fields, node.params), inputs);
      made.push(`self.${attribute} = ${withoutRemark(expression)}`);
      this.needClass(layer, expression, node, inputs);
      modules.set(scope.path + owner, attribute);
    }
    const { outputs } = portsOf(layer, node.params);
    const results = outputs.map(({ name }) => {
      const variable =
        outputs.length > 1 || owner !== node.id
          ? names.take(outputs.length > 1 ? `${node.name}_${name}` : node.name)
          : (attribute as string);
      values.set(endKey({ node: node.id, port: name }), variable);
      return variable;
    });
    const given = layer.ports.inputs.map(({ name }) => ({
      name,
      value: valueAt(scope, node.id, name, values),
    }));
    used.push(`${results.join(', ')} = self.${attribute}(${argumentsOf(given)})`);
  }

  private writeInstance(
    scope: Scope,
    node: DocumentNode,
    passages: readonly Scope[],
    names: PythonNames,
    { made, used, values, modules }: Lines,
  ): void {
    const block = blockOf(this.document.blocks, node.type);
    if (block === undefined) return;
    const attribute = names.take(node.name);
    const written = passages.map((passage) => this.classFor(passage));
    const [first] = written;
    const inputs = portNodes(block, 'input').map(({ id }) => valueAt(scope, node.id, id, values) ?? '');
    const outputs = portNodes(block, 'output').map(({ id, name }, _, all) => {
      const variable = all.length === 1 ? attribute : names.take(`${node.name}_${name}`);
      values.set(endKey({ node: node.id, port: id }), variable);
      return variable;
    });
    const results = outputs.join(', ');
    if (first !== undefined && written.length === 1) {
      made.push(`self.${attribute} = ${first.name}()`);
      used.push(`${results} = self.${attribute}(${inputs.join(', ')})`);
    } else {
      const same = written.every(({ name }) => name === first?.name);
      const list = same
        ? `${first?.name}() for _ in range(${written.length})`
        : written.map(({ name }) => `${name}()`).join(', ');
      made.push(`self.${attribute} = nn.ModuleList([${list}])`);
      // What comes out of one passage goes into the next; inputs beyond that are the same for all.
      const carried = [...outputs, ...inputs.slice(outputs.length)].join(', ');
      used.push(
        `${results} = ${inputs.slice(0, outputs.length).join(', ')}`,
        `for part in self.${attribute}:`,
        `${indent}${results} = part(${carried})`,
      );
    }
    for (const [at, { modules: inner }] of written.entries()) {
      const within = written.length === 1 ? attribute : `${attribute}.${at}`;
      for (const [flatId, path] of inner) modules.set(flatId, `${within}.${path}`);
    }
  }

  private classFor(scope: Scope): Written {
    const topology = topologyOf({ nodes: [...scope.nodes.values()], wires: scope.wires });
    const block = scope.outer?.block;
    const [inputs, outputs] = (['input', 'output'] as const).map((side) =>
      block ? portNodes(block, side) : [],
    );
    const names = new PythonNames();
    const lines: Lines = { made: [], used: [], values: new Map(), modules: new Map() };
    const variables = (inputs ?? []).map(({ id, name }) => {
      const variable = names.take(name);
      lines.values.set(endKey({ node: id, port: 'x' }), variable);
      return variable;
    });
    const needed = ancestors(topology, ...(outputs ?? []).map(({ id }) => id));
    this.write(scope, topology, needed, names, lines);
    const results = (outputs ?? []).map(({ id }) => valueAt(scope, id, 'x', lines.values) ?? '');
    const body = JSON.stringify([variables, lines.made, lines.used, results]);
    let name = this.known.get(body);
    if (name === undefined) {
      name = this.classNames.take(className(block?.name ?? ''));
      this.known.set(body, name);
      this.classes.push(classOf(name, variables, lines, results));
    }
    return { name, modules: lines.modules };
  }

  private needClass(layer: AnyLayer, expression: string, { params }: DocumentNode, inputs: InputTypes): void {
    const sources = classSources(layer, params, inputs);
    const isNamed = sources.flatMap(namesIn).some((name) => expression.startsWith(`${name}(`));
    if (isNamed) for (const source of sources) this.helpers.add(source);
  }
}

const isOf = (category: AnyLayer['category'], type: string): boolean =>
  catalogue.get(type)?.category === category;

/** The class that a layer names in PyTorch, where it has one to be written, behind the functions that it calls. */
export function classSources(layer: AnyLayer, params: Params, inputs: InputTypes): readonly string[] {
  const { program } = completeParams(layer.fields, params);
  return layer.type === operations.type && typeof program === 'string'
    ? operationsClass(program, inputs)
    : [layer.pytorchClass ?? ''];
}

const namesIn = (source: string): string[] =>
  [...source.matchAll(/^class (\w+)/gm)].map(([, name = '']) => name);

const withoutRemark = (expression: string): string => expression.replace(/ {2}#.*$/, '');

function valueAt(
  scope: Scope,
  node: string,
  port: string,
  values: ReadonlyMap<string, string>,
): string | undefined {
  const wire: Wire | undefined = scope.into.get(endKey({ node, port }));
  return wire && values.get(endKey(wire.from));
}

/** In order as far as all are there; behind a gap by name. */
function argumentsOf(
  given: readonly { readonly name: string; readonly value: string | undefined }[],
): string {
  const gap = given.findIndex(({ value }) => value === undefined);
  return given
    .flatMap(({ name, value }, at) =>
      value === undefined ? [] : [gap !== -1 && at > gap ? `${name}=${value}` : value],
    )
    .join(', ');
}

function classOf(
  name: string,
  inputs: readonly string[],
  { made, used }: Lines,
  results: readonly string[],
): string {
  const deeper = (lines: readonly string[]): string[] => lines.map((line) => indent + indent + line);
  return [
    `class ${name}(nn.Module):`,
    `${indent}def __init__(self):`,
    ...deeper(['super().__init__()', ...made]),
    '',
    `${indent}def forward(self, ${inputs.join(', ')}):`,
    ...deeper([...used, `return ${results.join(', ')}`]),
  ].join('\n');
}
