import {
  float32Type,
  float64Type,
  type Model,
  type ModelNode,
  uint8Type,
  type ValueInfo,
  valuesRead,
} from './model.ts';

/** Operators that give as many numbers as they take: what comes out has the sizes of the input. */
const elementwise: ReadonlySet<string> = new Set(
  'Cast Mul Add Sub Div Where IsNaN Equal Greater Less Clip Identity'.split(' '),
);

export interface UndonePreprocessing {
  readonly model: Model;
  /** The inputs that take prepared values now, by the names that they had. */
  readonly inputs: readonly string[];
}

/**
 * The model from where its inputs have become float32: what makes them of bytes or of float64 is left out, for no network
 * takes such values. An input that leads elsewhere too, or in several ways, stays as it is.
 */
export function withoutPreprocessing(model: Model): UndonePreprocessing {
  const raw = model.graph.inputs.filter(
    ({ tensor }) => tensor?.elementType === uint8Type || tensor?.elementType === float64Type,
  );
  let undone = model;
  const inputs: string[] = [];
  for (const input of raw) {
    const without = withoutThatOf(undone, input);
    if (without === undefined) continue;
    undone = without;
    inputs.push(input.name);
  }
  return { model: undone, inputs };
}

function withoutThatOf(model: Model, input: ValueInfo): Model | undefined {
  const { graph } = model;
  const constants = new Set([
    ...graph.initializers.map(({ name }) => name),
    ...graph.nodes.filter(({ opType }) => opType === 'Constant').flatMap(({ outputs }) => outputs),
  ]);
  const made = new Set([input.name]);
  const makers = new Set<ModelNode>();
  const prepared: string[] = [];
  for (const node of graph.nodes) {
    const taken = valuesRead(node);
    if (!taken.some((name) => made.has(name))) continue;
    // Something else comes in: from here on it is the network.
    if (!taken.every((name) => made.has(name) || constants.has(name))) return undefined;
    makers.add(node);
    if (isCastToFloat(node)) prepared.push(...node.outputs);
    else for (const name of node.outputs) made.add(name);
  }
  const [name, another] = prepared;
  if (name === undefined || another !== undefined) return undefined;
  if (graph.outputs.some((output) => made.has(output.name))) return undefined;
  const known = graph.values.find((value) => value.name === name)?.tensor?.dims;
  const keepsSizes = [...makers].every(({ opType }) => elementwise.has(opType));
  const dims = known ?? (keepsSizes ? input.tensor?.dims : undefined);
  if (dims === undefined) return undefined;
  const kept = graph.nodes.filter((node) => !makers.has(node));
  const read = new Set([...kept.flatMap(valuesRead), ...graph.outputs.map((output) => output.name)]);
  return {
    ...model,
    graph: {
      ...graph,
      nodes: kept.filter(
        ({ opType, outputs }) => opType !== 'Constant' || outputs.some((output) => read.has(output)),
      ),
      inputs: graph.inputs.map((other) =>
        other === input ? { name, tensor: { elementType: float32Type, dims } } : other,
      ),
      values: graph.values.filter((value) => value.name !== name && !made.has(value.name)),
    },
  };
}

const isCastToFloat = ({ opType, attributes }: ModelNode): boolean =>
  opType === 'Cast' &&
  attributes.some(
    (attribute) =>
      attribute.name === 'to' && attribute.kind === 'int' && attribute.value === BigInt(float32Type),
  );
