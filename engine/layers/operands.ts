import { shapeLabel } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { broadcast } from '../ops/broadcast.ts';
import type { LayerBuilder, Tensor } from '../ops/contract.ts';
import { reshape } from '../ops/reshape.ts';
import type { InputTypes, LayerProblem, Port } from './contract.ts';
import { checkNumbers } from './port-checks.ts';

export const operandPort = (name: string): Port => ({ name, label: text(name, name), carries: 'numbers' });

/**
 * Labels instead of numbers, or samples whose sizes do not meet. Samples are broadcast to one another behind the batch,
 * which they have in common; `sign` stands between operands in the sentence.
 */
export function checkOperands(inputs: InputTypes, names: readonly string[], sign: string): LayerProblem[] {
  const labels = names.flatMap((name) => checkNumbers(inputs, name));
  if (labels.length > 0) return labels;
  const problems: LayerProblem[] = [];
  let all: readonly number[] = [];
  let before = '';
  for (const name of names) {
    const shape = inputs[name]?.shape;
    if (shape === undefined) continue;
    const [batch = 1, ...sample] = shape;
    const meet = broadcast(all, sample);
    if (meet === undefined) {
      const [first, second] = [shapeLabel([batch, ...all]), shapeLabel(shape)];
      problems.push({
        code: 'shape-mismatch',
        port: name,
        message: text(
          `"${before}" is ${first}, found ${second} at "${name}"; behind the batch their sizes, counted from the last, must be equal, or one of them 1. A 1×1 convolution, a Linear layer or a Reshape makes them so.`,
          `“${before}”为 ${first}，“${name}”实际为 ${second}；批之后的各维从最后一维数起须大小相等，或其中之一为 1。可用 1×1 卷积、线性层或“变形”使其一致。`,
        ),
      });
      continue;
    }
    all = meet;
    before = before === '' ? name : `${before} ${sign} ${name}`;
  }
  return problems;
}

/** The tensor with its sample at the end of `rank` dimensions, so that it is broadcast behind the batch. */
export function aligned(g: LayerBuilder, x: Tensor, rank: number): Tensor {
  if (x.shape.length === rank) return x;
  const ones = new Array<number>(rank - x.shape.length).fill(1);
  return g.emit(reshape, { x }, { shape: [-1, ...ones, ...x.shape.slice(1)] }).y;
}
