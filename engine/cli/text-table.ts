/** Chinese characters and their punctuation take two places of a terminal's line. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const takesNone = /\p{Mark}/u;

export const shownWidth = (line: string): number =>
  [...line].reduce((sum, sign) => sum + (takesNone.test(sign) ? 0 : wide.test(sign) ? 2 : 1), 0);

/** Lines whose columns stand below each other, two spaces apart: words to the left, numbers to the right. */
export function textTable(
  rows: readonly (readonly string[])[],
  sides: readonly ('left' | 'right')[],
): string[] {
  const widths = sides.map((_, column) => Math.max(...rows.map((row) => shownWidth(row[column] ?? ''))));
  return rows.map((row) =>
    sides
      .map((side, column) => {
        const cell = row[column] ?? '';
        const space = ' '.repeat((widths[column] as number) - shownWidth(cell));
        return side === 'left' ? cell + space : space + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}
