import type { CommanderError } from 'commander';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';

/** What was wrong with the command line itself, as one sentence in both languages. */
export function usageError(error: CommanderError): NetwrightError {
  const sentences: Readonly<Record<string, (quoted: string) => Text>> = {
    'commander.unknownCommand': (found) =>
      text(
        `There is no command ${found}; netwright --help lists them.`,
        `没有命令 ${found}；netwright --help 可列出全部命令。`,
      ),
    'commander.unknownOption': (found) =>
      text(
        `There is no option ${found} here; --help lists them.`,
        `此处没有选项 ${found}；--help 可列出全部选项。`,
      ),
    'commander.missingArgument': (found) => text(`The argument ${found} is missing.`, `缺少参数 ${found}。`),
    'commander.optionMissingArgument': (found) =>
      text(`The option ${found} needs a value.`, `选项 ${found} 需要一个值。`),
    'commander.missingMandatoryOptionValue': (found) =>
      text(`The option ${found} is missing.`, `缺少选项 ${found}。`),
    'commander.excessArguments': () =>
      text(
        'There are more arguments than this command takes; --help shows which.',
        '参数过多；--help 可查看所需参数。',
      ),
    'commander.help': () =>
      text(
        'A command is missing; netwright --help lists them.',
        '缺少命令；netwright --help 可列出全部命令。',
      ),
  };
  const plain = error.message.replace(/^error: /, '').replace(/\n[^]*$/, '');
  const quoted = /'([^']*)'/.exec(plain)?.[1] ?? '';
  return new NetwrightError('usage', sentences[error.code]?.(`"${quoted}"`) ?? text(plain, plain));
}
