import { NetwrightError } from '../declaration/problem.ts';
import { shapeText } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, LayerBuilder, OpDefinition, Tensor } from '../ops/contract.ts';
import { wholeNumbersOf } from '../ops/convert.ts';
import { rowNormInference } from '../ops/row-norm-inference.ts';
import { wrongLength } from './operations-attributes.ts';
import { atLine, type Program, programOutputs, type Statement } from './operations-program.ts';
import { type Cut, emitRowNorm } from './row-norm-layer.ts';

/** Emits the ops of a program; hands back a tensor for each output port. Throws a NetwrightError that names the line. */
export function carriedOut(
  g: LayerBuilder,
  { held, statements, results }: Program,
  inputs: Readonly<Record<string, Tensor>>,
  weights: Readonly<Record<string, Tensor>>,
): Readonly<Record<string, Tensor>> {
  const values = new Map(Object.entries(inputs));
  for (const { name, kind } of held) {
    const x = weights[name] as Tensor;
    values.set(name, kind === 'whole' ? g.emit(wholeNumbersOf, { x }).y : x);
  }
  for (const statement of statements) {
    const outputs = emitted(g, statement, values);
    for (const [at, name] of statement.outputs.entries())
      values.set(name, outputs[statement.op.outputs[at] as string] as Tensor);
  }
  return Object.fromEntries(
    results.map((name, at) => [programOutputs[at] as string, values.get(name) as Tensor]),
  );
}

function emitted(
  g: LayerBuilder,
  { op, line, inputs, attributes }: Statement,
  values: ReadonlyMap<string, Tensor>,
): Readonly<Record<string, Tensor>> {
  const given = Object.fromEntries(Object.entries(inputs).map(([input, name]) => [input, values.get(name)]));
  const wrong = wrongLength(op.name, attributes, given['x']?.shape.length ?? 0);
  if (wrong !== undefined) throw atLine(line, wrong);
  const made = madeBy(g, { op, line, attributes }, given);
  const empty = Object.values(made).find(
    ({ shape }) => !shape.every((size) => Number.isSafeInteger(size) && size >= 1),
  );
  if (empty === undefined) return made;
  throw atLine(
    line,
    text(
      `${op.name} would give out the sizes ${shapeText(empty.shape)}; expected whole numbers from 1 on.`,
      `${op.name} 将输出形状 ${shapeText(empty.shape)}；各维应为不小于 1 的整数。`,
    ),
  );
}

function madeBy(
  g: LayerBuilder,
  { op, line, attributes }: Pick<Statement, 'op' | 'line' | 'attributes'>,
  given: Record<string, Tensor | undefined>,
): Readonly<Record<string, Tensor>> {
  try {
    // The form for use has no gradient.
    if (op === (rowNormInference as OpDefinition) && given['x'] !== undefined)
      return emitRowNorm(g, given['x'], weightsOfNorm(given), attributes as unknown as Cut & Attributes);
    return g.emit(op, given, attributes);
  } catch (error) {
    if (error instanceof NetwrightError) throw atLine(line, error.text, error.code);
    // An op takes the kinds of its attributes for granted, which a program may have wrong.
    throw atLine(
      line,
      text(`${op.name} cannot take these tensors and attributes.`, `${op.name} 不能接受这些张量与属性。`),
    );
  }
}

const weightsOfNorm = ({ gamma, beta }: Record<string, Tensor | undefined>) => ({
  ...(gamma && { gamma }),
  ...(beta && { beta }),
});
