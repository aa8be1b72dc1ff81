import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { inferNode, type NodeInference } from '../../../engine/document/infer-node.ts';
import { operations } from '../../../engine/layers/operations.ts';
import { programOf, programOps, readProgram } from '../../../engine/layers/operations-program.ts';
import { expectSentence } from '../declared.ts';
import { opCases } from '../ops/op-cases.ts';

const row: TensorType = { shape: [2, 3], dtype: 'float32' };
const inferred = (program: string, inputs: Record<string, TensorType> = { x: row }): NodeInference =>
  inferNode(operations, { program }, inputs);
const complaints = (program: string, inputs?: Record<string, TensorType>): string[] =>
  inferred(program, inputs).problems.map(({ message }) => message.en);

describe('a program of operations', () => {
  it('says line by line what is held, computed and given out', () => {
    const read = readProgram(`
      # a gate
      w = weight [3, 8]
      k = numbers [2] 0.5*2   # fixed
      i = whole [3] 2 0*2
      h = linear(x, w)
      p, q = topK(h, axis=1, k=2, smallest=1)
      z = concat(p, x2, _, k, axis=1)
      return z, q
    `);
    expect(
      read.held.map(({ name, shape, kind, values }) => [name, kind, shape, values && [...values]]),
    ).toEqual([
      ['w', 'weight', [3, 8], undefined],
      ['k', 'numbers', [2], [0.5, 0.5]],
      ['i', 'whole', [3], [2, 0, 0]],
    ]);
    expect(
      read.statements.map(({ line, op, inputs, outputs, attributes }) => [
        line,
        op.name,
        inputs,
        outputs,
        attributes,
      ]),
    ).toEqual([
      [6, 'linear', { x: 'x', w: 'w' }, ['h'], {}],
      [7, 'topK', { x: 'h' }, ['p', 'q'], { axis: 1, k: 2, smallest: 1 }],
      [8, 'concat', { a: 'p', b: 'x2', d: 'k' }, ['z'], { axis: 1 }],
    ]);
    expect(read.results).toEqual(['z', 'q']);
    expect([...read.reads]).toEqual(['x', 'x2']);
  });

  it.each([
    ['y = tanh(x)', 'Line 1: expected “return” with a name for each output at the end, found none.'],
    ['return z', 'Line 1: nothing above is called “z”.'],
    ['return x\ny = tanh(x)', 'Line 2: nothing may follow “return”.'],
    ['return x, x, x, x, x', 'Line 1: expected 1 to 4 names behind “return”, found 5.'],
    ['y = sine(x)\nreturn y', 'Line 1: there is no op “sine”; expected one of: adaptiveAveragePool, add,'],
    ['y = tanh(x, x)\nreturn y', 'Line 1: tanh takes at most 1 tensors (x), found more.'],
    ['x = tanh(x)\nreturn x', 'Line 1: expected 1 new name in front of “=”, no words of Python, found “x”.'],
    [
      'train = tanh(x)\nreturn train',
      'Line 1: expected 1 new name in front of “=”, no words of Python, found “train”.',
    ],
    [
      'a, b = tanh(x)\nreturn a',
      'Line 1: expected 1 new name in front of “=”, no words of Python, found “a, b”.',
    ],
    ['k = numbers [2, 2] 1 2 3\nreturn x', 'Line 1: the shape takes 4 numbers, found 3.'],
    [
      'k = numbers [0] \nreturn x',
      'Line 1: expected a list of sizes from 1 on, of at most 1048576 numbers in all, found [0].',
    ],
    [
      'k = numbers [2000000] 0*2000000\nreturn x',
      'Line 1: expected a list of sizes from 1 on, of at most 1048576 numbers in all, found [2000000].',
    ],
    ['k = numbers [1] one\nreturn x', 'Line 1: expected numbers such as 2 or 2*8, found “one”.'],
    ['k = whole [1] 0.5\nreturn x', 'Line 1: expected whole numbers such as 2 or 2*8, found “0.5”.'],
    ['w = weight [1] 3\nreturn x', 'Line 1: a weight is trained and has no numbers of its own; found “3”.'],
    [
      'y = scale(x, factor=?)\nreturn y',
      'Line 1: expected a number, a word or a list such as [2, 3], found “?”.',
    ],
    [
      'tanh x',
      'Line 1: expected “name = op(…)”, “name = weight […]”, “name = numbers […] …” or “return …”, found “tanh x”.',
    ],
  ])('%j is refused with its line', (program, sentence) => {
    expect(complaints(program)).toHaveLength(1);
    expect(complaints(program)[0]).toContain(sentence);
  });

  it.each([
    ['h = matmul(x, x)\nreturn h', 'Line 1: '],
    [
      'a = tanh(x)\nh = permute(a, axes=[1, 0])\nreturn h',
      '“h” goes out, so its first size must be that of the batch; for 1009 samples it is [4, 1009].',
    ],
    ['h = permute(x, axes=2)\nreturn h', 'Line 1: permute: axes must be a list of whole numbers, found 2.'],
    [
      'h = slice(x, axis=1, start=0)\nreturn h',
      'Line 1: slice: end must be a whole number from 0 on, found none.',
    ],
    [
      'h = padAxis(x, axis=1, before=1.5, after=0)\nreturn h',
      'Line 1: padAxis: before must be a whole number from 0 on, found 1.5.',
    ],
    ['h = padAxis(x, axis=1, before=Infinity, after=0)\nreturn h', 'found Infinity.'],
    ['h = elementwiseFunction(x, of=foo)\nreturn h', 'Line 1: elementwiseFunction: of must be one of Abs, '],
    ['h = cumulativeSum(x, axis=1, exclusive=2)\nreturn h', 'exclusive must be 0 or 1, found 2.'],
    [
      'h = rowNormInference(x, size=-1, inner=1, epsilon=0.001)\nreturn h',
      'size must be a whole number from 1 on, found -1.',
    ],
    [
      'h = softmax(x, axis=1, axes=2)\nreturn h',
      'Line 1: softmax has no attribute “axes”; expected one of: axis.',
    ],
  ])('%j does not fit what is wired to it, which is told', (program, sentence) => {
    const found = complaints(program, { x: { shape: [2, 4], dtype: 'float32' } });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(sentence);
  });

  it.each([
    [
      'y = convolution(x, w, strides=[1], pads=[0, 0, 0, 0], dilations=[1, 1], groups=1)',
      'strides must have 2 numbers for x of 4 dimensions, found 1.',
    ],
    [
      'y = maxPool(x, kernel=[2, 2], strides=[2, 2], pads=[])',
      'pads must have 4 numbers for x of 4 dimensions, found 0.',
    ],
    ['y = adaptiveAveragePool(x, size=[])', 'size must have 2 numbers for x of 4 dimensions, found 0.'],
    [
      'y = permute(x, axes=[1, 0, 2, 3])',
      '“y” goes out, so its first size must be that of the batch; for 1009 samples it is [3, 1009, 4, 4].',
    ],
    [
      'y = reshape(x, shape=[3, -1])',
      '“y” goes out, so its first size must be that of the batch; for 1009 samples it is [3, 16144].',
    ],
  ])('%s is told on pictures of three colours', (line, sentence) => {
    const found = complaints(`w = weight [2, 3, 2, 2]\n${line}\nreturn y`, {
      x: { shape: [2, 3, 4, 4], dtype: 'float32' },
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(sentence);
  });

  it('takes true and false for 1 and 0', () => {
    const { statements } = readProgram(
      'y = cumulativeSum(x, axis=1, exclusive=true, reverse=false)\nreturn y',
    );
    expect(statements[0]?.attributes).toEqual({ axis: 1, exclusive: 1, reverse: 0 });
  });

  it('says of every op what attributes it has: those of its own cases are taken, and no others are needed', () => {
    for (const [name, op] of programOps) {
      for (const { attributes = {} } of opCases[name as keyof typeof opCases] ?? []) {
        const { epilogue: _, ...given } = attributes;
        const told = Object.entries(given).map(
          ([key, value]) => `${key}=${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`,
        );
        const source = `y${op.outputs
          .slice(1)
          .map((_one, at) => `, z${at}`)
          .join('')} = ${name}(${[...op.inputs.map(() => '_'), ...told].join(', ')})\nreturn y`;
        expect(programOf(source), source).toBeDefined();
      }
    }
  });

  it('has the ports that it reads and gives, and counts its weights', () => {
    const program = 'w = weight [3, 8]\nk = numbers [8] 1*8\nh = linear(x2, w, k)\nreturn h, x2';
    expect(operations.usedPorts?.({ program })).toMatchObject({
      inputs: [{ name: 'x2' }],
      outputs: [{ name: 'y' }, { name: 'y2' }],
    });
    // While it is being written it has those that it names.
    expect(operations.usedPorts?.({ program: `${program}\nwhat?`.replace('linear', 'lin') })).toMatchObject({
      inputs: [{ name: 'x2' }],
      outputs: [{ name: 'y' }, { name: 'y2' }],
    });
    const { outputs, parameterCount, weights } = inferred(program, { x2: row });
    expect(outputs).toMatchObject({ y: { shape: [2, 8] }, y2: { shape: [2, 3] } });
    expect(parameterCount).toBe(24);
    expect(weights.map(({ name, trained = true }) => [name, trained])).toEqual([
      ['w', true],
      ['k', false],
    ]);
  });

  it('is read from any text without failing, and what is made of one stands for itself', () => {
    const word = fc.constantFrom(
      'x',
      'x2',
      'h',
      'k',
      'tanh',
      'numbers',
      'weight',
      'return',
      '=',
      '(',
      ')',
      '[2]',
      ',',
      '_',
      '*',
      '0',
      '-1',
      'axis=1',
      '\n',
      '#',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 24 }).map((words) => words.join('')),
        (program) => {
          for (const { message } of inferred(program).problems) expectSentence(message);
          expect(programOf(program) === undefined).toBe(
            inferred(program).problems.some(({ code }) => code === 'not-a-program'),
          );
        },
      ),
      { numRuns: 2000, seed: 1 },
    );
  });
});
