import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { throttle } from '../../../renderer/engine/throttle.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a throttled call', () => {
  it('happens at once after quiet, then at most once per interval, and never loses the last', () => {
    const call = vi.fn();
    const throttled = throttle(100, call);
    throttled();
    expect(call).toHaveBeenCalledTimes(1);
    for (let i = 0; i < 10; i++) {
      vi.advanceTimersByTime(25);
      throttled();
    }
    expect(call).toHaveBeenCalledTimes(3);
    vi.advanceTimersByTime(100);
    expect(call).toHaveBeenCalledTimes(4);
    vi.advanceTimersByTime(1000);
    expect(call).toHaveBeenCalledTimes(4);
  });

  it('does not happen after it was cancelled, and happens now when flushed', () => {
    const call = vi.fn();
    const throttled = throttle(100, call);
    throttled();
    throttled();
    throttled.cancel();
    vi.advanceTimersByTime(500);
    expect(call).toHaveBeenCalledTimes(1);
    throttled.flush();
    expect(call).toHaveBeenCalledTimes(2);
  });
});
