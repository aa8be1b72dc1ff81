import type { Command } from 'commander';
import { text } from '../../declaration/text.ts';
import { listTemplates } from '../../hosts/templates.ts';
import { jsonOption } from '../options.ts';
import { createOutput, say } from '../output.ts';

export function addTemplates(program: Command): void {
  program
    .command('templates')
    .description(say(text('list the sample projects', '列出示例项目')))
    .addOption(jsonOption())
    .action(async (options: { readonly json?: boolean }) => {
      const templates = await listTemplates();
      const width = Math.max(...templates.map(({ id }) => id.length));
      const lines = templates.map(({ id, title }) => `${id.padEnd(width)}  ${say(title)}`).join('\n');
      createOutput(options.json === true).result(
        { templates: templates.map(({ id, title }) => ({ id, title: say(title) })) },
        text(lines, lines),
      );
    });
}
