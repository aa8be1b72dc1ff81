import { Command, CommanderError } from 'commander';
import { text } from '../declaration/text.ts';
import { version } from '../hosts/installation.ts';
import { addBench } from './commands/bench.ts';
import { addCheck } from './commands/check.ts';
import { addConformance } from './commands/conformance.ts';
import { addCrosscheck } from './commands/crosscheck.ts';
import { addData } from './commands/data.ts';
import { addExport } from './commands/export.ts';
import { addImport } from './commands/import.ts';
import { addRun } from './commands/run.ts';
import { addServe } from './commands/serve.ts';
import { addSummary } from './commands/summary.ts';
import { addTemplates } from './commands/templates.ts';
import { addTrain } from './commands/train.ts';
import { exitCodes, language, reportFailure, say } from './output.ts';
import { usageError } from './usage-error.ts';

/** The file that the bundle of the same name starts: reads the command line, runs one command, says how it ended. */
function commandLine(): Command {
  const program = new Command('netwright')
    .description(
      say(
        text(
          'Trains neural networks drawn in the studio, and exports them as ONNX with a proof of equality.',
          '训练在工作室中绘制的神经网络，并导出经过一致性验证的 ONNX 文件。',
        ),
      ),
    )
    .version(version, '-V, --version', say(text('print the version', '显示版本')))
    .helpCommand(false);
  const commands = [
    addTemplates,
    addData,
    addSummary,
    addTrain,
    addExport,
    addImport,
    addCheck,
    addRun,
    addServe,
    addBench,
    addCrosscheck,
    addConformance,
  ];
  for (const add of commands) add(program);
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .configureHelp({ styleTitle: translatedTitle })
      .helpOption('-h, --help', say(text('show this help', '显示帮助')));
  }
  return program;
}

const chineseTitles: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
};

const translatedTitle = (title: string): string =>
  language() === 'zh' ? (chineseTitles[title] ?? title) : title;

async function main(args: readonly string[]): Promise<void> {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  // Progress that nobody reads any more does not end the work.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const program = commandLine();
  const json = args.includes('--json');
  try {
    if (args.length === 0) program.help();
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) process.exitCode = reportFailure(error, json);
    else if (error.exitCode === 0) process.exitCode = exitCodes.ok;
    else process.exitCode = reportFailure(usageError(error), json);
  }
}

await main(process.argv.slice(2));
