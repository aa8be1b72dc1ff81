import type { Command } from 'commander';
import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';
import { findCases, readCase } from '../../hosts/conformance-files.ts';
import { kernelsHere } from '../../hosts/engine-parts.ts';
import { type CaseResult, conformanceTolerances, runCase } from '../../interchange/onnx/conformance.ts';
import type { KernelChoice } from '../../protocol/live-run-messages.ts';
import { chooseKernels, type KernelSource } from '../../runtime/faces.ts';
import { jsonOption, kernelsOption, path } from '../options.ts';
import { createOutput, exitCodes, figure, say } from '../output.ts';
import { textTable } from '../text-table.ts';

interface ConformanceOptions {
  readonly json?: boolean;
  readonly kernels?: KernelChoice;
}

interface NamedResult extends CaseResult {
  readonly name: string;
}

export function addConformance(program: Command): void {
  program
    .command('conformance')
    .description(say(text('run ONNX test cases through the engine', '用引擎运行 ONNX 测试用例')))
    .argument(
      '<folder>',
      say(
        text(
          'folders with model.onnx and test_data_set_N in them, at any depth',
          '其下任意深度含有 model.onnx 与 test_data_set_N 的文件夹',
        ),
      ),
      path('folder'),
    )
    .addOption(kernelsOption().default('reference'))
    .addOption(jsonOption())
    .action(conformance);
}

async function conformance(folder: string, options: ConformanceOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const source = await chooseKernels(options.kernels ?? 'reference', kernelsHere);
  const names = await findCases(folder);
  const results: NamedResult[] = [];
  for (const name of names) {
    if (output.live)
      output.progress(text(`${results.length} / ${names.length}`, `${results.length} / ${names.length}`));
    const result = { name, ...(await resultOf(folder, name, source)) };
    results.push(result);
    output.result(
      { event: 'case', ...result, reason: result.reason && output.say(result.reason) },
      result.outcome === 'failed' ? failure(result) : undefined,
    );
  }
  const count = (outcome: CaseResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  const [passed, failed, unsupported] = [count('passed'), count('failed'), count('unsupported')];
  output.result(
    { event: 'conformance', kernels: source.label, passed, failed, unsupported, ...conformanceTolerances },
    summary(results, source.label),
  );
  if (failed > 0) process.exitCode = exitCodes.failed;
}

/** A case whose files cannot be read has failed; the others go on. */
async function resultOf(folder: string, name: string, source: KernelSource): Promise<CaseResult> {
  try {
    return await runCase(await readCase(folder, name), source);
  } catch (error) {
    if (!(error instanceof NetwrightError)) throw error;
    return { op: '', outcome: 'failed', maxAbsDiff: undefined, reason: error.text };
  }
}

function failure({ name, maxAbsDiff, reason }: NamedResult): Text {
  const difference = maxAbsDiff === undefined ? '' : ` |Δ| ≤ ${figure(maxAbsDiff)}`;
  return text(`${name}:${difference} ${reason?.en ?? ''}`, `${name}：${difference} ${reason?.zh ?? ''}`);
}

/** One line for each operator, and one for all. */
function summary(results: readonly NamedResult[], kernels: string): Text {
  const ops = [...new Set(results.map(({ op }) => op))].toSorted();
  const rows = [...ops, undefined].map((op) => {
    const own = results.filter((result) => op === undefined || result.op === op);
    const count = (outcome: CaseResult['outcome']): number =>
      own.filter((result) => result.outcome === outcome).length;
    const worst = Math.max(...own.map(({ maxAbsDiff }) => maxAbsDiff ?? 0));
    const measured = own.some(({ maxAbsDiff }) => maxAbsDiff !== undefined);
    return {
      op,
      cells: [
        `${count('passed')}`,
        `${count('failed')}`,
        `${count('unsupported')}`,
        measured ? figure(worst) : '–',
      ],
    };
  });
  const table = (head: readonly string[], all: string, none: string): string =>
    textTable(
      [head, ...rows.map(({ op, cells }) => [op === undefined ? all : op || none, ...cells])],
      ['left', 'right', 'right', 'right', 'right'],
    ).join('\n');
  const { relative, absolute } = conformanceTolerances;
  return text(
    `${table(['operator', 'passed', 'failed', 'unsupported', 'max |Δ|'], 'all', 'none')}\nkernels: ${kernels}; equal where |Δ| ≤ ${absolute} + ${relative} · |expected|.`,
    `${table(['算子', '通过', '失败', '不支持', '最大 |Δ|'], '合计', '无')}\n内核：${kernels}；|Δ| ≤ ${absolute} + ${relative} · |期望值| 视为相等。`,
  );
}
