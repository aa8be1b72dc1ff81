import { type Text, text } from '../declaration/text.ts';

/** For data nodes whose samples cannot go together. */
export const unevenData = (expected: number, found: number): Text =>
  text(
    `Samples of several Data nodes go together row by row, so they must be equally many; expected ${expected}, found ${found}.`,
    `多个数据节点的样本按行对应，数量须相同；应为 ${expected} 个，实际为 ${found} 个。`,
  );
