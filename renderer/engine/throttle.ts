/** Calls at most once per interval: at once when it has been quiet, else at the interval's end. `flush` calls now. */
export interface Throttled {
  (): void;
  flush(): void;
  cancel(): void;
}

export function throttle(intervalMs: number, call: () => void): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastMs = -Infinity;
  const fire = (): void => {
    timer = undefined;
    lastMs = performance.now();
    call();
  };
  const throttled = (): void => {
    if (timer !== undefined) return;
    const waitMs = lastMs + intervalMs - performance.now();
    if (waitMs <= 0) fire();
    else timer = setTimeout(fire, waitMs);
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
