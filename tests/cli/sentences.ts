import { expect } from 'vitest';
import { netwright } from './netwright.ts';

/** One line on standard error, nothing of a stack. */
export async function sentenceOf(args: readonly string[], code = 2): Promise<string> {
  const plain = await netwright(args);
  expect(plain.stderr.trimEnd().split('\n'), plain.stderr).toHaveLength(1);
  expect(plain.stderr).not.toMatch(/ {4}at |Error:/);
  expect(plain.stdout).toBe('');
  expect(plain.code).toBe(code);
  return plain.stderr.trimEnd();
}
