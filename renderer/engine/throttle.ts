/**
 * What is live changes on beats: each change of the page costs a whole frame, and those that come together cost one. Periods
 * are multiples of it.
 */
const beatMs = 50;

/** Milliseconds from now to the first beat at `dueMs` or after it. */
export const untilBeat = (dueMs: number): number => Math.ceil(dueMs / beatMs) * beatMs - performance.now();

/** The last beat. */
export const beatBefore = (nowMs: number): number => Math.floor(nowMs / beatMs) * beatMs;

/**
 * Calls at most once per interval: at once when it has been quiet, else on the first beat after the interval. `flush` calls
 * now.
 */
export interface Throttled {
  (): void;
  flush(): void;
  cancel(): void;
}

export function throttle(interval: number | (() => number), call: () => void): Throttled {
  const intervalMs = typeof interval === 'number' ? () => interval : interval;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastMs = -Infinity;
  const fire = (): void => {
    timer = undefined;
    lastMs = performance.now();
    call();
  };
  const onBeat = (): void => {
    fire();
    lastMs = beatBefore(lastMs);
  };
  const throttled = (): void => {
    if (timer !== undefined) return;
    const dueMs = lastMs + intervalMs();
    if (performance.now() >= dueMs) fire();
    else timer = setTimeout(onBeat, untilBeat(dueMs));
  };
  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return Object.assign(throttled, {
    cancel,
    flush: () => {
      cancel();
      fire();
    },
  });
}
