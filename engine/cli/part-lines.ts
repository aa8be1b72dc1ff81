import { type Text, text } from '../declaration/text.ts';
import { type Part, parts } from '../protocol/data-messages.ts';

export const partNames: Readonly<Record<Part, Text>> = {
  train: text('train', '训练'),
  validation: text('validation', '验证'),
  test: text('test', '测试'),
};

/** One line for each part of which something is known. */
export function partLines(figuresOf: (part: Part) => Text | undefined): Text {
  const lines = parts.flatMap((part) => {
    const figures = figuresOf(part);
    return figures === undefined ? [] : [{ name: partNames[part], figures }];
  });
  const width = Math.max(...lines.map(({ name }) => name.en.length));
  return text(
    lines.map(({ name, figures }) => `${name.en.padEnd(width)} ${figures.en}`).join('\n'),
    lines.map(({ name, figures }) => `${name.zh} ${figures.zh}`).join('\n'),
  );
}
