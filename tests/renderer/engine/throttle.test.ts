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

  it('happens on beats that all share, so that what changes together costs one frame', () => {
    const at: Record<string, number[]> = { often: [], seldom: [] };
    const often = throttle(100, () => at['often']?.push(performance.now()));
    const seldom = throttle(
      () => 200,
      () => at['seldom']?.push(performance.now()),
    );
    vi.advanceTimersByTime(1000 - (performance.now() % 1000) + 13);
    often();
    vi.advanceTimersByTime(24);
    seldom();
    for (let i = 0; i < 60; i++) {
      vi.advanceTimersByTime(10);
      often();
      seldom();
    }
    const onBeats = (times: readonly number[] | undefined) => times?.slice(1).map((ms) => ms % 1000);
    expect(onBeats(at['often'])).toEqual([150, 250, 350, 450, 550]);
    expect(onBeats(at['seldom'])).toEqual([250, 450]);
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
