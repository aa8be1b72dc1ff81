import type { Command } from 'commander';
import { text } from '../../declaration/text.ts';
import { findTorch } from '../bench/torch-side.ts';
import { crosscheckCases } from '../crosscheck/cases.ts';
import { runEngine, type Values } from '../crosscheck/engine-side.ts';
import { runExported } from '../crosscheck/exported-side.ts';
import { exportCases } from '../crosscheck/layer-cases.ts';
import { recipeCases } from '../crosscheck/recipe-cases.ts';
import { runRecipe } from '../crosscheck/recipe-sides.ts';
import { runTorch } from '../crosscheck/torch-side.ts';
import { jsonOption, pythonOption } from '../options.ts';
import { createOutput, say } from '../output.ts';
import { addCurve, noTorch } from './crosscheck-curve.ts';

interface CrosscheckOptions {
  readonly json?: boolean;
  readonly python?: string;
}

const steps = 10;
/**
 * Euclidean length of the difference, in units of the length of the tensor, or of a hundredth of the longest of its kind where
 * that is more: a gradient that is nothing but rounding, as that of a key's bias, equals none. float32 on both sides; a ReLU
 * that one side has just open and the other just closed moves a gradient by more than rounding does, by 1 / √positions.
 */
const tolerances = {
  logits: 1e-4,
  exported: 1e-5,
  gradient: 1e-2,
  statistic: 1e-4,
  loss: 1e-4,
  change: 1e-3,
} as const;
type Kind = keyof typeof tolerances;

export function addCrosscheck(program: Command): void {
  const command = program
    .command('crosscheck')
    .helpCommand(false)
    .description(say(text('compare training with PyTorch, number by number', '与 PyTorch 逐数对比训练过程')))
    .addOption(pythonOption())
    .addOption(jsonOption())
    .action(crosscheck);
  addCurve(command);
}

async function crosscheck(options: CrosscheckOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const python = findTorch(options.python);
  if (python === undefined) {
    output.result({ event: 'skipped', missing: 'torch' }, noTorch);
    return;
  }
  let failed = 0;
  const report = (
    name: string,
    kernels: string,
    version: string | undefined,
    found: readonly Found[],
  ): void => {
    const isEqual = found.every(({ kind, difference }) => difference <= tolerances[kind]);
    if (!isEqual) failed++;
    const shown = found.map(
      ({ kind, difference, tensor }) => `${kind} ${difference.toExponential(1)} (${tensor})`,
    );
    const verdict = isEqual ? text('equal', '一致') : text('DIFFERENT', '不一致');
    output.result(
      { event: 'crosscheck', name, equal: isEqual, kernels, torch: version, found },
      text(`${name}: ${verdict.en}; ${shown.join(', ')}`, `${name}：${verdict.zh}；${shown.join('，')}`),
    );
  };
  for (const { name, document } of crosscheckCases()) {
    const engine = await runEngine(document, steps);
    const torch = runTorch(python, document, engine, steps);
    report(name, engine.kernels, torch.version, compare(engine.values, torch.values));
  }
  // Trained a little, so that no weight is what PyTorch begins with anyway.
  for (const { name, document } of await exportCases()) {
    const engine = await runEngine(
      { ...document, training: { ...document.training, epochs: steps } },
      0,
      steps - 1,
    );
    const logits = new Map([['exported ', engine.values.get('logits ') ?? new Float32Array()]]);
    const exported = new Map([['exported ', runExported(python, document, engine)]]);
    report(name, engine.kernels, undefined, compare(logits, exported));
  }
  for (const { name, document } of recipeCases()) {
    const { kernels, ours, theirs } = await runRecipe(python, document);
    report(name, kernels, undefined, compare(ours, theirs));
  }
  if (failed > 0) process.exitCode = 1;
}

interface Found {
  readonly kind: Kind;
  /** The largest one, and where it is. */
  readonly difference: number;
  readonly tensor: string;
}

/** The worst tensor of each kind. What one side lacks differs without measure. */
function compare(ours: Values, theirs: Values): Found[] {
  return (Object.keys(tolerances) as Kind[]).flatMap((kind) => {
    const names = [...new Set([...ours.keys(), ...theirs.keys()])].filter((key) =>
      key.startsWith(`${kind} `),
    );
    const least = 0.01 * Math.max(...names.map((key) => lengthOf(ours.get(key) ?? new Float32Array())));
    const all = names.map((key) => ({
      kind,
      difference: differenceOf(ours.get(key), theirs.get(key), least),
      tensor: key.slice(kind.length + 1) || 'all',
    }));
    return all.toSorted((a, b) => b.difference - a.difference).slice(0, 1);
  });
}

const lengthOf = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function differenceOf(a: Float32Array | undefined, b: Float32Array | undefined, least: number): number {
  if (a === undefined || b === undefined || a.length !== b.length) return Number.MAX_VALUE;
  const distance = lengthOf(a.map((value, i) => value - (b[i] ?? Number.NaN)));
  return Number.isFinite(distance)
    ? distance / Math.max(lengthOf(a), least, Number.MIN_VALUE)
    : Number.MAX_VALUE;
}
