import type { Problem } from '../declaration/problem.ts';
import type { Text } from '../declaration/text.ts';

/** Why something could not be done; one sentence, and the problems it came from. */
export interface Refusal {
  readonly code: string;
  readonly message: Text;
  readonly problems: readonly Problem[];
}
