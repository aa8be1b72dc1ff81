import { afterEach, describe, expect, it } from 'vitest';
import { FileClaims } from '../../../renderer/shell/file-claims.ts';

const channels: BroadcastChannel[] = [];
function openWindow(): FileClaims {
  const channel = new BroadcastChannel('netwright.files');
  channels.push(channel);
  return new FileClaims(channel);
}
afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

describe('a file', () => {
  it('is for the window that opened it first, until that one opens another or closes', async () => {
    const [first, second, third] = [openWindow(), openWindow(), openWindow()];
    expect(await first.claim('/a')).toBe(true);
    expect(await second.claim('/a')).toBe(false);
    expect(await second.claim('/b')).toBe(true);
    expect(await first.claim('/c')).toBe(true);
    expect(await third.claim('/a')).toBe(true);
    expect(await first.claim('/b')).toBe(false);
    await second.claim(undefined);
    expect(await first.claim('/b')).toBe(true);
  });

  it('is free for the window that has it, as often as it opens it', async () => {
    const own = openWindow();
    expect(await own.claim('/a')).toBe(true);
    expect(await own.claim('/a')).toBe(true);
  });

  it('goes to one of two that ask at the same time', async () => {
    const [one, other] = [openWindow(), openWindow()];
    const free = await Promise.all([one.claim('/a'), other.claim('/a')]);
    expect(free.filter(Boolean)).toHaveLength(1);
  });
});
