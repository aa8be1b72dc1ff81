import { constants, setPriority } from 'node:os';

/**
 * Lets the studio's window go first: training takes every core that there is, and what a person drags must not wait for
 * it. While nothing moves it costs training nothing. Call before threads are started: they inherit it.
 */
export function runBelowTheWindow(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system that does not allow it trains as before.
  }
}
