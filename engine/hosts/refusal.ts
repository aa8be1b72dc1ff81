import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { Refusal } from '../protocol/refusal.ts';

/** An error as it crosses threads and processes. What nobody foresaw is told as it is. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof NetwrightError) {
    return { code: error.code, message: error.text, problems: error.problems };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: text(`The engine failed: ${reason}.`, `引擎出错：${reason}。`),
    problems: [],
  };
}

export const errorOf = ({ code, message, problems }: Refusal): NetwrightError =>
  new NetwrightError(code, message, problems);
