import type { Command } from 'commander';
import { text } from '../../declaration/text.ts';
import { readModelFile } from '../../hosts/model-files.ts';
import { createOnnxruntime } from '../../hosts/onnxruntime.ts';
import { certifyModel, readTrainedModel } from '../../hosts/trained-model.ts';
import { bestOption, jsonOption, path } from '../options.ts';
import { createOutput, say } from '../output.ts';
import { sayCertificate } from './export.ts';

interface CheckOptions {
  readonly json?: boolean;
  readonly best?: boolean;
  readonly against: string;
}

export function addCheck(program: Command): void {
  program
    .command('check')
    .description(say(text('prove an ONNX file equal to a run', '验证 ONNX 文件与一次运行一致')))
    .argument('<file>', say(text('ONNX file', 'ONNX 文件')), path('file'))
    .requiredOption('--against <run>', say(text('run folder', '运行文件夹')), path('--against'))
    .addOption(bestOption())
    .addOption(jsonOption())
    .action(check);
}

async function check(file: string, options: CheckOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const onnx = await readModelFile(file);
  const model = await readTrainedModel(options.against, options.best ? 'best' : 'last');
  if (model.notice !== undefined) output.notice(model.notice);
  const onnxruntime = createOnnxruntime();
  try {
    sayCertificate(output, await certifyModel(model, onnx, file, onnxruntime), file);
  } finally {
    onnxruntime.close();
  }
}
