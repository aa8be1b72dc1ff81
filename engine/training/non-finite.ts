import type { PlannedTensor, Program, Region } from '../compiler/plan.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';
import type { Refusal } from '../protocol/refusal.ts';
import type { Machine } from '../runtime/machine.ts';

/** A tensor that holds NaN or infinities, and how many. */
export interface NonFiniteTensor {
  readonly tensor: PlannedTensor;
  readonly nans: number;
  readonly infinities: number;
  readonly count: number;
  /** Index of the first. */
  readonly first: number;
}

/** The batch that was computed. */
export interface FailedBatch {
  /** Of a training step, of the validation or the test after an epoch, or of training samples that were measured at the end. */
  readonly of: 'training' | 'validation' | 'test' | 'measured';
  /** Counted from 1: the epoch, and which of `count` batches. */
  readonly epoch: number;
  readonly number: number;
  readonly count: number;
  /** Numbers of its samples, in the order of its rows. */
  readonly samples: Uint32Array;
}

/** Whether all words of the regions are numbers; a product with 0 is 0 for every number and for nothing else. */
export function areFinite(floats: Float32Array, regions: readonly Region[]): boolean {
  for (const { offset, words } of regions) {
    // Four sums, because each addition waits for the one before it. Regions are whole cache lines.
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let word = offset; word < offset + words; word += 4) {
      a += floats[word] * 0;
      b += floats[word + 1] * 0;
      c += floats[word + 2] * 0;
      d += floats[word + 3] * 0;
    }
    if (a + b + c + d !== 0) return false;
  }
  return true;
}

/**
 * The first tensor in plan order that is not finite, for the batch that has just been loaded. Weights come first, then
 * what calls [0, end) write, found by executing them again one by one: random numbers depend on the step alone, so the
 * values are those of the first time.
 */
export function firstNonFinite(machine: Machine, program: Program, end: number): NonFiniteTensor | undefined {
  for (const weight of machine.plan.weights) {
    const found = countNonFinite(machine, weight);
    if (found) return found;
  }
  const loaded = machine.loaded(program);
  for (let call = 0; call < end; call++) {
    machine.run(loaded, call, call + 1);
    for (const output of program.calls[call]?.outputs ?? []) {
      const found = countNonFinite(machine, output);
      if (found) return found;
    }
  }
  return undefined;
}

function countNonFinite(machine: Machine, tensor: PlannedTensor): NonFiniteTensor | undefined {
  if (tensor.dtype !== 'float32' || tensor.role === 'cell') return undefined;
  const count = elementCount(tensor.shape);
  const values = machine.arena.floats.subarray(tensor.offset, tensor.offset + count);
  const first = values.findIndex((value) => !Number.isFinite(value));
  if (first < 0) return undefined;
  let nans = 0;
  let infinities = 0;
  for (const value of values.subarray(first)) {
    if (Number.isNaN(value)) nans++;
    else if (!Number.isFinite(value)) infinities++;
  }
  return { tensor, nans, infinities, count, first };
}

/** Says where training stopped and what it started from. */
export function nonFiniteRefusal(
  found: NonFiniteTensor | undefined,
  at: {
    readonly step: number;
    readonly batch: FailedBatch | undefined;
    readonly keptStep: number;
    readonly learningRate: number;
  },
  nodeNames: ReadonlyMap<string, string>,
): Refusal {
  const { step, batch, keptStep, learningRate } = at;
  const node = found === undefined || found.tensor.node === '' ? undefined : found.tensor.node;
  const what = describe(found, node === undefined ? undefined : (nodeNames.get(node) ?? node));
  const where = batch === undefined ? text('', '') : batchText(batch);
  const sample = found && batch ? sampleText(found, batch) : text('', '');
  const message = text(
    `Training stopped at step ${step}${where.en}: ${what.en}${sample.en}. The weights of step ${keptStep} are kept; a learning rate below ${learningRate} may help.`,
    `训练在第 ${step} 步${where.zh}停止：${what.zh}${sample.zh}。已保留第 ${keptStep} 步的权重；可尝试低于 ${learningRate} 的学习率。`,
  );
  return {
    code: 'training.non-finite',
    message,
    problems: [
      {
        code: 'training.non-finite',
        severity: 'error',
        place: node === undefined ? { path: 'training' } : { node },
        message,
      },
    ],
  };
}

function batchText({ of, epoch, number, count }: FailedBatch): Text {
  switch (of) {
    case 'training':
      return text(
        `, batch ${number} of ${count} of epoch ${epoch}`,
        `（第 ${epoch} 轮，第 ${number} 批，共 ${count} 批）`,
      );
    case 'test':
      return text(
        `, batch ${number} of ${count} of the test after epoch ${epoch}`,
        `（第 ${epoch} 轮后的测试，第 ${number} 批，共 ${count} 批）`,
      );
    case 'validation':
      return text(
        `, batch ${number} of ${count} of the validation after epoch ${epoch}`,
        `（第 ${epoch} 轮后的验证，第 ${number} 批，共 ${count} 批）`,
      );
    case 'measured':
      return text(
        `, batch ${number} of ${count} of the training samples, measured after epoch ${epoch}`,
        `（第 ${epoch} 轮后对训练样本的评估，第 ${number} 批，共 ${count} 批）`,
      );
  }
}

/** The first sample whose row is not finite, where the tensor has a row for each and some of them are. */
function sampleText(
  { tensor, first, count, nans, infinities }: NonFiniteTensor,
  { samples }: FailedBatch,
): Text {
  const hasRows = tensor.role !== 'weight' && tensor.role !== 'state' && tensor.shape[0] === samples.length;
  if (!hasRows || nans + infinities === count) return text('', '');
  const sample = samples[Math.floor(first / (count / samples.length))];
  return text(`, first for sample ${sample}`, `，最先出现在样本 ${sample}`);
}

function describe(found: NonFiniteTensor | undefined, node: string | undefined): Text {
  if (found === undefined) {
    return text('the loss or a gradient was NaN or infinite', '损失或某个梯度为 NaN 或无穷大');
  }
  const { tensor, nans, infinities, count } = found;
  const of = node === undefined ? text('', '') : text(` of node "${node}"`, `节点“${node}”的`);
  return text(
    `"${tensor.name}"${of.en} was the first tensor to hold NaN or Inf (${nans} NaN and ${infinities} Inf among ${count} values)`,
    `${of.zh}“${tensor.name}”最先出现 NaN 或 Inf（${count} 个值中有 ${nans} 个 NaN、${infinities} 个 Inf）`,
  );
}
