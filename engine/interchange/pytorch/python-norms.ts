import { elementCount } from '../../declaration/tensor-type.ts';
import {
  numberOf,
  operand,
  type PythonCall,
  shapeOf,
  sourceOf,
  tuple,
  vector,
  withEpilogue,
} from './python-call.ts';

/** `, gamma, beta` by the names that a function has for them, as far as they are there. */
const named = (terms: readonly (readonly [name: string, term: string | undefined])[]): string =>
  terms.map(([name, term]) => (term === undefined ? '' : `, ${name}=${term}`)).join('');

const affine = (shaped: (name: string) => string | undefined): string =>
  named([
    ['weight', shaped('gamma')],
    ['bias', shaped('beta')],
  ]);

const epsilonOf = (call: PythonCall): string => `, eps=${sourceOf(call, 'epsilon')}`;

const eachChannel = (call: PythonCall): string => affine((name) => vector(call, name));

export function batchNormInference(call: PythonCall): string {
  const statistics = `${vector(call, 'mean')}, ${vector(call, 'variance')}`;
  const normal = `F.batch_norm(${operand(call)}, ${statistics}${eachChannel(call)}${epsilonOf(call)})`;
  const residual = call.input('residual');
  return withEpilogue(call, residual === undefined ? normal : `${normal} + ${residual}`);
}

/** A layer norm, a group norm or a root mean square, where the rows are what those normalise. */
export function rowNormInference(call: PythonCall): string {
  const rows = trailingShape(call);
  const ownWeights = ['gamma', 'beta'].every(
    (name) => call.input(name) === undefined || isForEach(call, name, rows),
  );
  if (rows.length > 0 && ownWeights)
    return isCentred(call) ? layerNorm(call, rows) : rootMeanSquare(call, rows);
  const groups = groupsOf(call);
  if (isCentred(call) && groups !== undefined)
    return `F.group_norm(${operand(call)}, ${groups}${eachChannel(call)}${epsilonOf(call)})`;
  const size = sourceOf(call, 'size');
  const inner = call.source('inner') ?? size;
  const weights = named([
    ['gamma', call.input('gamma')],
    ['beta', call.input('beta')],
  ]);
  const centred = isCentred(call) ? '' : ', centred=False';
  return `row_norm(${operand(call)}, ${size}, ${inner}${weights}${epsilonOf(call)}${centred})`;
}

const isCentred = (call: PythonCall): boolean => call.value('centred') !== 0;

/** The dimensions that a row is all of; none where it is a part of one, or of more than a sample. */
function trailingShape(call: PythonCall): readonly number[] {
  const shape = shapeOf(call);
  const size = numberOf(call, 'size');
  const axis = shape.findLastIndex((_, at) => elementCount(shape.slice(at)) === size);
  return axis > 0 ? shape.slice(axis) : [];
}

/** Whether a weight has a number for each of a row. */
const isForEach = (call: PythonCall, name: string, rows: readonly number[]): boolean =>
  call.value('inner') === 1 && elementCount(shapeOf(call, name)) === elementCount(rows);

/** A weight in the shape of the rows. */
function inShape(call: PythonCall, name: string, rows: readonly number[]): string | undefined {
  const weight = call.input(name);
  const isSame = weight === undefined || shapeOf(call, name).join() === rows.join();
  return isSame ? weight : `${weight}.reshape${tuple(rows)}`;
}

const layerNorm = (call: PythonCall, rows: readonly number[]): string =>
  `F.layer_norm(${operand(call)}, ${tuple(rows)}${affine((name) => inShape(call, name, rows))}${epsilonOf(call)})`;

function rootMeanSquare(call: PythonCall, rows: readonly number[]): string {
  const x = operand(call);
  const axes = rows.length === 1 ? '-1' : tuple(rows.map((_, axis) => axis - rows.length));
  const root = `torch.rsqrt(${x}.square().mean(${axes}, keepdim=True) + ${sourceOf(call, 'epsilon')})`;
  const [gamma, beta] = ['gamma', 'beta'].map((name) => inShape(call, name, rows));
  return `${x} * ${root}${gamma === undefined ? '' : ` * ${gamma}`}${beta === undefined ? '' : ` + ${beta}`}`;
}

/** Into how many groups of channels a sample is cut, where rows are such groups and weights are those of channels. */
function groupsOf(call: PythonCall): number | undefined {
  const [, C = 0, ...rest] = shapeOf(call);
  const inner = elementCount(rest);
  const channels = numberOf(call, 'size') / inner;
  const weights = ['gamma', 'beta'].filter((name) => call.input(name) !== undefined);
  const areOfChannels = weights.every(
    (name) => call.value('inner') === inner && elementCount(shapeOf(call, name)) === C,
  );
  return areOfChannels && Number.isInteger(channels) && C % channels === 0 ? C / channels : undefined;
}
