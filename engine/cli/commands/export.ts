import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';
import { readModelFile, writeModelFile } from '../../hosts/model-files.ts';
import { createOnnxruntime } from '../../hosts/onnxruntime.ts';
import { writePersonFile } from '../../hosts/person-files.ts';
import {
  certifyModel,
  exportModel,
  pytorchFiles,
  readTrainedModel,
  type SavedModel,
} from '../../hosts/trained-model.ts';
import { differenceText } from '../../interchange/onnx/certificate.ts';
import type { Certificate } from '../../protocol/messages.ts';
import { bestOption, jsonOption, path } from '../options.ts';
import { createOutput, exitCodes, figure, type Output, say } from '../output.ts';

interface ExportOptions {
  readonly json?: boolean;
  readonly best?: boolean;
  readonly onnx?: string;
  readonly pytorch?: string;
  readonly withPreprocessing?: boolean;
}

export function addExport(program: Command): void {
  program
    .command('export')
    .description(
      say(
        text(
          'write a run as ONNX and prove it equal, or as a module of PyTorch',
          '将一次运行导出为 ONNX 并验证一致性，或导出为 PyTorch 模块',
        ),
      ),
    )
    .argument('<run>', say(text('run folder', '运行文件夹')), path('run'))
    .option('--onnx <file>', say(text('file to write', '要写入的文件')), path('--onnx'))
    .option(
      '--pytorch <folder>',
      say(
        text(
          'folder to write model.py, train.py and weights.safetensors to',
          '要写入 model.py、train.py 和 weights.safetensors 的文件夹',
        ),
      ),
      path('--pytorch'),
    )
    .option(
      '--with-preprocessing',
      say(
        text(
          'ONNX that takes what lies in the files: pixels from 0 to 255, numbers in the units of their columns',
          'ONNX 直接接受文件中的原始值：0 到 255 的像素，或各列原单位的数值',
        ),
      ),
    )
    .addOption(bestOption())
    .addOption(jsonOption())
    .action(exportRun);
}

async function exportRun(run: string, options: ExportOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const { onnx, pytorch, withPreprocessing: inside = false } = options;
  if (onnx === undefined && pytorch === undefined) throw nothingAsked();
  const model = await readTrainedModel(run, options.best ? 'best' : 'last');
  if (model.notice !== undefined) output.notice(model.notice);
  if (pytorch !== undefined) await writePytorch(output, model, pytorch);
  if (onnx !== undefined) await writeOnnx(output, model, onnx, inside);
}

async function writePytorch(output: Output, model: SavedModel, folder: string): Promise<void> {
  const files = pytorchFiles(model);
  for (const [name, bytes] of files) await writePersonFile(join(folder, name), bytes);
  const names = [...files.keys()];
  output.result(
    { event: 'pytorch', folder, files: names },
    text(
      `${folder}: ${names.join(', ')}; "from model import load_model" loads the trained network, "python train.py data.npz" trains it on samples of your own.`,
      `${folder}：${names.join('、')}；用 “from model import load_model” 载入训练好的网络，用 “python train.py data.npz” 在自己的样本上训练。`,
    ),
  );
}

async function writeOnnx(output: Output, model: SavedModel, file: string, inside: boolean): Promise<void> {
  const { onnx, beside, preprocessing } = await exportModel(model, { inside, file: basename(file) });
  if (inside && preprocessing === 'none') output.notice(nothingToPrepare);
  await writeModelFile(file, onnx, beside);
  if (beside !== undefined) output.notice(weightsBeside(join(dirname(file), beside.name)));
  output.progress(text('comparing with onnxruntime …', '正在与 onnxruntime 对比……'));
  const onnxruntime = createOnnxruntime();
  try {
    const certificate = await certifyModel(model, await readModelFile(file), file, onnxruntime);
    await writePersonFile(certificateFile(file), jsonBytes(certificate));
    sayCertificate(output, certificate, file);
  } finally {
    onnxruntime.close();
  }
}

const weightsBeside = (file: string): Text =>
  text(
    `The weights are too many for one file; they lie in ${file}, and the two have to stay together.`,
    `权重过大，无法放进同一个文件；它们存放在 ${file} 中，两个文件须放在一起。`,
  );

const nothingToPrepare = text(
  'There is no preprocessing: the data are made from numbers alone, and the network takes them as they are.',
  '没有预处理：数据由数字直接生成，网络原样接受。',
);

const nothingAsked = (): NetwrightError =>
  new NetwrightError(
    'usage',
    text(
      'It is not said what to write: expected --onnx <file>, --pytorch <folder>, or both.',
      '没有指明要写入什么：应给出 --onnx <文件>、--pytorch <文件夹>，或二者都给。',
    ),
  );

/** Beside the model: `net.onnx` has `net.certificate.json`. */
const certificateFile = (onnx: string): string => `${onnx.replace(/\.onnx$/i, '')}.certificate.json`;

const jsonBytes = (value: object): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);

/** The result of `export` and `check`; a file that is not equal makes the command fail. */
export function sayCertificate(output: Output, certificate: Certificate, file: string): void {
  const difference = differenceText(certificate, file);
  output.result({ event: 'certificate', onnx: file, ...certificate }, readable(certificate, file));
  if (difference === undefined) return;
  process.stderr.write(`${say(difference)}\n`);
  process.exitCode = exitCodes.failed;
}

const unit = text('1 = the largest value in its row, at least 1', '以同一行中的最大值为单位，最小为 1');

function readable({ equal, maxAbsDiff, rows, nodes, onnxruntime }: Certificate, file: string): Text {
  const width = Math.max(...nodes.map(({ name }) => name.length));
  const lines = nodes.map(({ name, maxAbsDiff: worst }) => `  ${name.padEnd(width)}  |Δ| ≤ ${figure(worst)}`);
  const verdict = equal
    ? text(
        `${file}: onnxruntime ${onnxruntime} computes the same, |Δ| ≤ ${figure(maxAbsDiff)} over ${rows} rows (${unit.en}).`,
        `${file}：与 onnxruntime ${onnxruntime} 的计算结果一致，${rows} 行中 |Δ| ≤ ${figure(maxAbsDiff)}（${unit.zh}）。`,
      )
    : text(
        `${file}: onnxruntime ${onnxruntime} computes something else, |Δ| up to ${figure(maxAbsDiff)} over ${rows} rows (${unit.en}).`,
        `${file}：与 onnxruntime ${onnxruntime} 的计算结果不一致，${rows} 行中 |Δ| 最大为 ${figure(maxAbsDiff)}（${unit.zh}）。`,
      );
  return text([...lines, verdict.en].join('\n'), [...lines, verdict.zh].join('\n'));
}
