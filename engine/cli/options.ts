import { Option } from 'commander';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { incomingLimits } from '../protocol/incoming.ts';
import type { KernelChoice } from '../protocol/live-run-messages.ts';
import type { Sizes } from '../protocol/model-messages.ts';
import type { Cadence } from '../training/checkpoint-schedule.ts';
import { say } from './output.ts';

/** A whole number from `min` to `max`, or one sentence that names the option, the range and what was found. */
export function wholeNumber(name: string, min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() !== '' && Number.isInteger(number) && number >= min && number <= max) return number;
    throw new NetwrightError(
      'option-invalid',
      text(
        `${name}: expected a whole number from ${min} to ${max}, found "${value}".`,
        `${name}：应为 ${min} 到 ${max} 的整数，实际为“${value}”。`,
      ),
    );
  };
}

export function oneOf<T extends string>(name: string, values: readonly T[]): (value: string) => T {
  return (value) => {
    const found = values.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    const list = values.join(', ');
    throw new NetwrightError(
      'option-invalid',
      text(
        `${name}: expected one of ${list}, found "${value}".`,
        `${name}：应为 ${list} 之一，实际为“${value}”。`,
      ),
    );
  };
}

const cadenceUnits: Readonly<Record<string, Cadence['unit']>> = {
  s: 'seconds',
  step: 'steps',
  epoch: 'epochs',
};

/** `30s`, `500steps`, `1epoch`: how often something is done. */
export function cadence(name: string): (value: string) => Cadence {
  return (value) => {
    const [, digits = '', letter = ''] = /^(\d+(?:\.\d+)?) ?(s|steps?|epochs?)$/.exec(value.trim()) ?? [];
    const unit = cadenceUnits[letter.length > 1 ? letter.replace(/s$/, '') : letter];
    const every = Number(digits);
    const isWhole = unit === 'seconds' || Number.isInteger(every);
    if (unit !== undefined && every > 0 && every <= 1e9 && isWhole) return { every, unit };
    throw new NetwrightError(
      'option-invalid',
      text(
        `${name}: expected a time or a whole number of steps or epochs, such as 30s, 500steps or 1epoch, found "${value}".`,
        `${name}：应为时间或整数步数、轮数，例如 30s、500steps 或 1epoch，实际为“${value}”。`,
      ),
    );
  };
}

/** A path as it is given; without a letter it would be the folder that the command was started in. */
export function path(name: string): (value: string) => string {
  return (value) => {
    if (value.trim() !== '') return value;
    throw new NetwrightError(
      'option-invalid',
      text(`${name}: expected a path, found nothing.`, `${name}：应为路径，实际为空。`),
    );
  };
}

export const collected = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  value,
];

export const bestOption = (): Option =>
  new Option(
    '--best',
    say(
      text(
        'take the weights of the epoch with the smallest validation loss (test loss without a validation part), not the last',
        '使用验证损失（没有验证集时为测试损失）最小的一轮的权重，而不是最后的权重',
      ),
    ),
  );

export const threadsOption = (): Option =>
  new Option('--threads <n>', say(text('threads that may be used', '可使用的线程数'))).argParser(
    wholeNumber('--threads', 1, incomingLimits.threads),
  );

const kernelChoices = ['auto', 'portable', 'native', 'reference'] as const satisfies readonly KernelChoice[];

export const kernelsOption = (): Option =>
  new Option(
    '--kernels <which>',
    say(text(`kernels: ${kernelChoices.join(', ')}`, `内核：${kernelChoices.join('、')}`)),
  ).argParser(oneOf('--kernels', kernelChoices));

export const pythonOption = (): Option =>
  new Option(
    '--python <path>',
    say(
      text(
        'Python with torch (else NETWRIGHT_PYTHON, python3)',
        '带有 torch 的 Python（否则用 NETWRIGHT_PYTHON 或 python3）',
      ),
    ),
  );

export const setOption = (): Option =>
  new Option(
    '--set <path=value>',
    say(
      text(
        'change a value first, e.g. training.batchSize=64 (repeatable)',
        '先修改某个值，例如 training.batchSize=64（可重复）',
      ),
    ),
  ).argParser(collected);

/** `height=224,width=224`; which names and numbers there may be is for the file to say. */
function namedSizes(given: string, earlier: Sizes = {}): Sizes {
  const entries = given.split(',').map((one): [string, number] => {
    const [, name = '', digits = ''] = /^(.+)=\s*(\d+)$/.exec(one.trim()) ?? [];
    if (name !== '') return [name.trim(), Number(digits)];
    throw new NetwrightError(
      'option-invalid',
      text(
        `--size: expected names with whole numbers, such as height=224,width=224, found "${given}".`,
        `--size：应为名称与整数，例如 height=224,width=224，实际为“${given}”。`,
      ),
    );
  });
  return { ...earlier, ...Object.fromEntries(entries) };
}

export const sizeOption = (): Option =>
  new Option(
    '--size <name=number,…>',
    say(
      text(
        'sizes that the file leaves open behind the batch, e.g. height=224,width=224 (repeatable)',
        '文件在批维之后未定的尺寸，例如 height=224,width=224（可重复）',
      ),
    ),
  ).argParser(namedSizes);

export const jsonOption = (): Option =>
  new Option('--json', say(text('print one JSON object per line', '每行输出一个 JSON 对象')));
