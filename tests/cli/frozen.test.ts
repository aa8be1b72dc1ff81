import { afterAll, describe, expect, it } from 'vitest';
import { runFolderAt } from '../../engine/hosts/run-files.ts';
import { readWeights } from '../../engine/training/run-folder.ts';
import { lastOf, netwright, temporaryFolder } from './netwright.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const freezing = (...names: string[]): string[] =>
  names.flatMap((name) => ['--set', `nodes.${name}.frozen=true`]);

async function weightsIn(run: string): Promise<Record<string, number[]>> {
  const { found } = await readWeights(runFolderAt(run));
  return Object.fromEntries(
    found.checkpoint.tensors.map(({ name, values }) => [name, Array.from(values)] as const),
  );
}

describe('train with frozen layers', () => {
  it('begins with the weights of an earlier run, trains the head and leaves the rest, in one go or resumed', async () => {
    const first = folder.path('first');
    await netwright(['train', 'circle', '--epochs', '3', '--out', first, '--json']);
    const again = ['train', 'circle', '--weights', first, ...freezing('fc1', 'fc2'), '--json'];
    const whole = folder.path('whole');
    const { objects, stderr } = await netwright([...again, '--epochs', '4', '--out', whole]);
    expect(objects.find(({ event }) => event === 'frozen')).toEqual({
      event: 'frozen',
      trained: 10,
      frozen: 32,
    });
    expect(stderr).not.toContain('have been trained nowhere');
    const [before, after] = [await weightsIn(first), await weightsIn(whole)];
    for (const name of ['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias'])
      expect(after[name]).toEqual(before[name]);
    expect(after['fc3.weight']).not.toEqual(before['fc3.weight']);
    expect(Object.keys(after).filter((name) => /^fc[12]\./.test(name))).toHaveLength(4);

    const parts = folder.path('parts');
    await netwright([...again, '--epochs', '2', '--out', parts]);
    const resumed = await netwright(['train', '--resume', parts, '--epochs', '4', '--json']);
    expect(lastOf(resumed)['weightsSha256']).toBe(lastOf({ objects } as never)['weightsSha256']);
  });

  it('says which frozen weights have been trained nowhere', async () => {
    const out = folder.path('anew');
    const { stderr, code } = await netwright([
      'train',
      'circle',
      ...freezing('fc1'),
      '--epochs',
      '1',
      '--out',
      out,
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('training 30 of 42 parameters; 12 are frozen');
    expect(stderr).toMatch(/frozen, but have been trained nowhere: fc1\.weight, fc1\.bias\./);
  });

  it('has one sentence where nothing is left to train, and for a word that is none', async () => {
    const all = await netwright(['train', 'circle', ...freezing('fc1', 'fc2', 'fc3')]);
    expect(all.code).not.toBe(0);
    expect(all.stderr.trim()).toMatch(/^circle: .*nothing to train; unfreeze at least one.*"fc3"/);
    const wrong = await netwright(['summary', 'circle', '--set', 'nodes.fc1.frozen=yes']);
    expect(wrong.stderr).toContain('--set nodes.fc1.frozen: expected true or false, found "yes".');
  });
});
