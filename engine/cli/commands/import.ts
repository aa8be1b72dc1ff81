import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';
import {
  compareImported,
  type Imported,
  importOnnx,
  keepImported,
  remarksOn,
  importTolerance as tolerance,
  tryImported,
} from '../../hosts/imported-model.ts';
import { newRunId, runFolderFor } from '../../hosts/installation.ts';
import { readModelFile } from '../../hosts/model-files.ts';
import { createOnnxruntime } from '../../hosts/onnxruntime.ts';
import { writePersonFile } from '../../hosts/person-files.ts';
import { certifyModel, readTrainedModel } from '../../hosts/trained-model.ts';
import type { ModelFile } from '../../interchange/onnx/external-data.ts';
import type { Sizes } from '../../protocol/model-messages.ts';
import { jsonOption, path, sizeOption } from '../options.ts';
import { createOutput, exitCodes, figure, say } from '../output.ts';

interface ImportOptions {
  readonly json?: boolean;
  readonly project?: string;
  readonly out?: string;
  readonly size?: Sizes;
}

export function addImport(program: Command): void {
  program
    .command('import')
    .description(say(text('make a project of an ONNX file', '由 ONNX 文件生成项目')))
    .argument('<file>', say(text('ONNX file', 'ONNX 文件')), path('file'))
    .option(
      '--project <file>',
      say(
        text(
          'project file to write (beside the ONNX file without it)',
          '要写入的项目文件（默认与 ONNX 文件放在一起）',
        ),
      ),
      path('--project'),
    )
    .option(
      '--out <folder>',
      say(text('run folder for its weights (a new one without it)', '存放权重的运行文件夹（默认新建）')),
      path('--out'),
    )
    .addOption(sizeOption())
    .addOption(jsonOption())
    .action(importFile);
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const project = options.project ?? `${file.replace(/\.onnx$/i, '')}.netwright.json`;
  requireNew(project);
  if (options.out !== undefined) requireNew(options.out);
  const onnx = await readModelFile(file);
  const imported = await importOnnx(onnx, file, options.size);
  const run = options.out ?? runFolderFor(newRunId(imported.document.name));
  await keepImported(imported, run, file);
  await writePersonFile(
    project,
    new TextEncoder().encode(`${JSON.stringify(imported.document, undefined, 2)}\n`),
  );
  output.progress(text('comparing with onnxruntime …', '正在与 onnxruntime 对比……'));
  const { equal, maxAbsDiff } = await compare(imported, onnx, run, file);
  const parameters = imported.weights.reduce((sum, { values }) => sum + values.length, 0);
  const { nodes } = imported.document;
  output.result(
    {
      event: 'imported',
      onnx: file,
      project,
      run,
      nodes: nodes.length,
      numbers: parameters,
      equal,
      maxAbsDiff,
    },
    readable(imported, { project, run, parameters, maxAbsDiff }),
  );
  if (equal) return;
  const found = figure(maxAbsDiff);
  process.stderr.write(
    `${say(
      text(
        `${project} does not compute what ${file} does: expected |Δ| ≤ ${tolerance}, found ${found}.`,
        `${project} 与 ${file} 的计算结果不一致：应有 |Δ| ≤ ${tolerance}，实际为 ${found}。`,
      ),
    )}\n`,
  );
  process.exitCode = exitCodes.failed;
}

function requireNew(name: string): void {
  if (!existsSync(name)) return;
  throw new NetwrightError(
    'already-there',
    text(
      `${name}: expected a name that is still free, found something there.`,
      `${name}：应为尚未使用的名称，但该处已有内容。`,
    ),
  );
}

/** An export of ours is compared node by node, a foreign file by what comes out. */
async function compare(
  imported: Imported,
  onnx: ModelFile,
  run: string,
  file: string,
): Promise<{ equal: boolean; maxAbsDiff: number }> {
  const onnxruntime = createOnnxruntime();
  try {
    const { model } = imported;
    if (model === undefined) return await certifyModel(await readTrainedModel(run), onnx, file, onnxruntime);
    const trial = await tryImported(imported, model);
    const maxAbsDiff = await compareImported(trial, onnx, onnxruntime.run);
    return { equal: maxAbsDiff <= tolerance, maxAbsDiff };
  } finally {
    onnxruntime.close();
  }
}

interface Told {
  readonly project: string;
  readonly run: string;
  readonly parameters: number;
  readonly maxAbsDiff: number;
}

function readable(imported: Imported, { project, run, parameters, maxAbsDiff }: Told): Text {
  const count = imported.document.nodes.length;
  const [difference, numbers] = [figure(maxAbsDiff), parameters.toLocaleString('en-US')];
  const remarks = remarksOn(imported);
  const foreign = text(
    remarks.length === 0 ? '' : `\n${remarks.map(({ en }) => en).join(' ')}`,
    remarks.length === 0 ? '' : `\n${remarks.map(({ zh }) => zh).join('')}`,
  );
  return text(
    `${project}: ${count} nodes; ${run}: ${numbers} numbers of weights. onnxruntime computes the same, |Δ| ≤ ${difference}.${foreign.en}\nTo train on from these weights: netwright train ${project} --weights ${run} --data <your data>`,
    `${project}：${count} 个节点；${run}：共 ${numbers} 个权重数值。与 onnxruntime 的计算结果一致，|Δ| ≤ ${difference}。${foreign.zh}\n从这些权重继续训练：netwright train ${project} --weights ${run} --data <数据>`,
  );
}
