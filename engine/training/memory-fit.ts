import type { Plan } from '../compiler/plan.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { machineWords } from '../runtime/machine.ts';

const wordBytes = 4;
/** 65536 pages of 64 KiB: kernels address their memory by 32 bits. */
const arenaLimitBytes = 2 ** 32;
/** Weights and optimizer state stand in memory twice more: as last known to be good, and while they are being saved. */
const usualCopies = 2;
/** Where those of the best epoch are kept, these are a copy, and are saved too. */
const bestCopies = 2;

/** What limits a plan here. */
export interface MemoryLimits {
  /** What the machine can spare. */
  readonly spareBytes: number;
  readonly threads: number;
  /** The weights of the best epoch are kept until the end. */
  readonly keepsBest: boolean;
}

interface Need {
  readonly arenaBytes: number;
  /** With what training keeps besides the arena. */
  readonly totalBytes: number;
}

/**
 * Throws unless the plan fits in what kernels can address and in what the machine can spare; before anything of it is
 * made. The sentence names its size, the limit and the largest batch that fits, which is found by compiling for smaller
 * ones.
 */
export function requireMemory(
  plan: Plan,
  limits: MemoryLimits,
  compileFor: (batchSize: number) => Plan,
): void {
  const need = needOf(plan, limits);
  if (fits(need, limits)) return;
  const { batch } = plan.programs.train;
  const { size, limit } = excess(need, limits);
  const needs = text(
    `This network needs ${size} of memory at batch size ${batch}, and ${limit.en}`,
    `这个网络在批大小为 ${batch} 时需要 ${size} 内存，而${limit.zh}`,
  );
  const way = wayOut(batch, limits, (batchSize) => needOf(compileFor(batchSize), limits));
  const message = text(`${needs.en}; ${way.en}.`, `${needs.zh}；${way.zh}。`);
  const place = { path: 'training.batchSize' };
  throw new NetwrightError('plan.too-large', message, [
    { code: 'plan.too-large', severity: 'error', place, message },
  ]);
}

function needOf(plan: Plan, { threads, keepsBest }: MemoryLimits): Need {
  const copies = usualCopies + (keepsBest ? bestCopies : 0);
  const arenaBytes = machineWords(plan, threads) * wordBytes;
  const keptBytes = (plan.weightWords.words + plan.stateWords.words) * wordBytes;
  return { arenaBytes, totalBytes: arenaBytes + copies * keptBytes };
}

const fits = ({ arenaBytes, totalBytes }: Need, { spareBytes }: MemoryLimits): boolean =>
  arenaBytes <= arenaLimitBytes && totalBytes <= spareBytes;

/** Of the two limits, the one that is broken; where both are, the one that no other machine would lift. */
function excess(
  { arenaBytes, totalBytes }: Need,
  { spareBytes }: MemoryLimits,
): { readonly size: string; readonly limit: Text } {
  if (arenaBytes > arenaLimitBytes) {
    const limit = sizeText(arenaLimitBytes);
    return {
      size: sizeText(arenaBytes),
      limit: text(`WebAssembly can address ${limit}`, `WebAssembly 最多可寻址 ${limit}`),
    };
  }
  const spare = sizeText(spareBytes);
  return {
    size: sizeText(totalBytes),
    limit: text(`this machine has ${spare} to spare`, `本机可用内存为 ${spare}`),
  };
}

function wayOut(batch: number, limits: MemoryLimits, needFor: (batchSize: number) => Need): Text {
  const least = needFor(1);
  if (!fits(least, limits)) {
    const { size } = excess(least, limits);
    return text(`even batch size 1 needs ${size}`, `即使批大小为 1 也需要 ${size}`);
  }
  let [fitting, tooLarge] = [1, batch];
  while (tooLarge - fitting > 1) {
    const middle = Math.floor((fitting + tooLarge) / 2);
    if (fits(needFor(middle), limits)) fitting = middle;
    else tooLarge = middle;
  }
  return text(`the largest batch size that fits is ${fitting}`, `可容纳的最大批大小为 ${fitting}`);
}

function sizeText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1000
    ? `${mebibytes.toFixed(mebibytes < 10 ? 1 : 0)} MiB`
    : `${(mebibytes / 1024).toFixed(1)} GiB`;
}
