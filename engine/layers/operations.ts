import type { Fields } from '../declaration/fields.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, shapeText } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { OpDefinition, Tensor } from '../ops/contract.ts';
import { Graph } from '../ops/graph.ts';
import { reshape } from '../ops/reshape.ts';
import type { InputTypes, LayerDefinition, LayerProblem, Port, WeightDeclaration } from './contract.ts';
import { signatureOf } from './operations-attributes.ts';
import { carriedOut } from './operations-build.ts';
import {
  type Held,
  operationsName,
  type Program,
  programInputs,
  programOf,
  programOps,
  programOutputs,
  readProgram,
  type Statement,
} from './operations-program.ts';

const fields = {
  program: {
    kind: 'text',
    label: text('Operations', '运算'),
    help: text(
      'One operation a line, such as h = linear(x, w), with w = weight [8, 4] above it for what is trained and k = numbers [2] 0.5 -1 for what is not; inputs are x, x2, x3 and so on, and the last line returns what goes out. A wrong name is answered with all that there are.',
      '每行一个运算，例如 h = linear(x, w)；其上用 w = weight [8, 4] 写出要训练的权重，用 k = numbers [2] 0.5 -1 写出不变的数。输入依次为 x、x2、x3……最后一行用 return 给出输出。写错运算名时会列出全部可用的名称。',
    ),
    isLong: true,
    words: [...programOps.values()].map(signatureOf).toSorted(),
    maxLength: 500_000,
    default: 'h = tanh(x)\ny = multiply(x, h)\nreturn y',
  },
} as const satisfies Fields;

const portsCalled = (names: readonly string[]): Port[] =>
  names.map((name) => ({ name, label: text(name, name), carries: 'any' }));

const ports = {
  inputs: portsCalled(programInputs),
  outputs: portsCalled(programOutputs),
};

export const operations: LayerDefinition<typeof fields> = {
  type: 'operations',
  version: 1,
  title: text('Operations', '运算组'),
  category: 'shape',
  doc: {
    summary: text(
      'A small program in the operations that all layers are made of, with weights of its own if it needs any. Gradients, exports and counts follow from it as from any other layer. What an opened ONNX file computes and no other layer does comes as one of these.',
      '用构成各层的基本运算写成的一小段程序，可带自己的权重。梯度、导出与计数同其他层一样由此得出。打开的 ONNX 文件中没有对应图层的部分会成为这样的节点。',
    ),
    when: text(
      'Where you try something that no layer does yet; if several layers do it, a block of them is easier to read.',
      '想尝试现有图层都没有的计算时使用；若几个图层合起来就能做到，用它们组成的模块更易读。',
    ),
    formula: String.raw`(y, y_2, \ldots) = f(x, x_2, \ldots; W)`,
    references: [
      {
        title: 'ONNX operators',
        authors: 'ONNX contributors',
        year: 2017,
        url: 'https://onnx.ai/onnx/operators/',
      },
    ],
  },
  fields,
  ports,
  usedPorts({ program }) {
    const { reads, results } = programOf(program) ?? meant(program);
    return {
      inputs: ports.inputs.filter(({ name }) => reads.has(name)),
      outputs: ports.outputs.slice(0, results.length),
    };
  },
  example: { x: { shape: [2, 3], dtype: 'float32' } },
  face({ program }) {
    const count = programOf(program)?.statements.length;
    return count === undefined
      ? ''
      : text(count === 1 ? '1 operation' : `${count} operations`, `${count} 个运算`);
  },
  check({ program }, inputs) {
    try {
      const read = readProgram(program);
      const isWired = [...read.reads].every((port) => inputs[port] !== undefined);
      return isWired ? checkProgram(read, inputs) : [];
    } catch (error) {
      return [problemOf(error)];
    }
  },
  weights({ program }, inputs) {
    const read = programOf(program);
    const isReady = read && [...read.reads].every((port) => inputs[port] !== undefined);
    return isReady ? read.held.map((held) => weightOf(held, read)) : [];
  },
  build: (g, { program }, inputs, weights) => carriedOut(g, readProgram(program), inputs, weights),
  pytorch: ({ program }, inputs) => `${operationsName(program, inputs)}()`,
};

/** Ports of a text that is no program yet: wires to them stay while it is being mended. */
function meant(source: string): Pick<Program, 'reads' | 'results'> {
  const words = new Set(source.match(/\w+/g));
  const returned = /^\s*return\b(.*)$/m.exec(source)?.[1] ?? '';
  return {
    reads: new Set(programInputs.filter((name) => words.has(name))),
    results: returned.match(/\w+/g) ?? ['y'],
  };
}

const problemOf = (error: unknown): LayerProblem => {
  if (!(error instanceof NetwrightError)) throw error;
  return { code: error.code, field: 'program', message: error.text };
};

/** Rows of the dry run: a size that nothing else has, so that samples are told from everything else. */
const dryBatch = 1009;

/** What carrying the program out would say. */
function checkProgram(program: Program, types: InputTypes): LayerProblem[] {
  const graph = new Graph('eval', 0, dryBatch);
  const tensor = (name: string, shape: readonly number[], dtype: Tensor['dtype'] = 'float32'): Tensor =>
    graph.tensor({ name, role: 'input', origin: '', type: { shape, dtype } });
  const inputs = Object.fromEntries(
    Object.entries(types).flatMap(([name, type]) =>
      type === undefined ? [] : [[name, tensor(name, [dryBatch, ...type.shape.slice(1)], type.dtype)]],
    ),
  );
  const weights = Object.fromEntries(program.held.map(({ name, shape }) => [name, tensor(name, shape)]));
  const outputs = carriedOut(graph.scope('dry', 'dry'), program, inputs, weights);
  const shapes = program.results.map((name, at): [string, Tensor | undefined] => [
    name,
    outputs[programOutputs[at] as string],
  ]);
  const astray = shapes.find(([, result]) => result?.shape[0] !== dryBatch);
  if (astray !== undefined) {
    const [name, result] = astray;
    const found = shapeText(result?.shape ?? []);
    return [
      {
        code: 'batch-lost',
        field: 'program',
        message: text(
          `“${name}” goes out, so its first size must be that of the batch; for ${dryBatch} samples it is ${found}.`,
          `“${name}”是输出，第一维须为批大小；样本数为 ${dryBatch} 时它是 ${found}。`,
        ),
      },
    ];
  }
  return [];
}

/** Ops that multiply sums of many products by a weight, and how many numbers go into one number that comes out, and out of one. */
function fans(
  shape: readonly number[],
  op: string | undefined,
): { readonly fanIn: number; readonly fanOut: number } {
  const [first = 1, ...rest] = shape;
  const inner = elementCount(rest);
  if (op === 'convolution') return { fanIn: inner, fanOut: first * elementCount(shape.slice(2)) };
  if (op === 'transposedConvolution') return { fanIn: first * elementCount(shape.slice(2)), fanOut: inner };
  return { fanIn: elementCount(shape) / (shape.at(-1) ?? 1), fanOut: shape.at(-1) ?? 1 };
}

/** The first statement that does more with a value than to give it another shape. */
function useOf(name: string, statements: Program['statements']): Statement | undefined {
  const use = statements.find(({ inputs }) => Object.values(inputs).includes(name));
  const shaped = use?.op === (reshape as OpDefinition) ? use.outputs[0] : undefined;
  return shaped === undefined ? use : useOf(shaped, statements);
}

function weightOf({ name, shape, kind, values }: Held, { statements }: Program): WeightDeclaration {
  const use = useOf(name, statements);
  const port = Object.entries(use?.inputs ?? {}).find(([, value]) => value === name)?.[0];
  const declared = { name, shape, ...fans(shape, use?.op.name) };
  if (kind !== 'weight')
    return { ...declared, initializer: { values: values as Float32Array }, trained: false };
  if (shape.length > 1) return { ...declared, initializer: 'project' };
  const isFactor = port === 'gamma' || use?.op.name === 'multiply';
  return { ...declared, initializer: isFactor ? 'ones' : 'zeros', decays: false };
}
