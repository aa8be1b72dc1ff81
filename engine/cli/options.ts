import { Option } from 'commander';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
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

export const jsonOption = (): Option =>
  new Option('--json', say(text('print one JSON object per line', '每行输出一个 JSON 对象')));
