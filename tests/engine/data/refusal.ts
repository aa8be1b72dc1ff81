import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { expectSentence } from '../declared.ts';

/** The sentence that something was refused with; fails where it was not, or where it is no sentence in both languages. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof NetwrightError)) throw error ?? new Error('it was not refused');
  const { en, zh } = error.text;
  // A path comes first, whatever its letters.
  expectSentence({ en: `X${en}`, zh });
  return en;
}
