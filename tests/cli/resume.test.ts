import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../engine/random/stream.ts';
import { chainDocument } from '../engine/documents.ts';
import { ending, fixture, lastOf, netwright, start, temporaryFolder } from './netwright.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Shuffling, dropout, momentum and a short last batch, in a network that two threads share; about a second. */
function longProject(): string {
  const document = chainDocument(
    [
      ['fc1', 'linear', { outFeatures: 192 }],
      ['relu', 'relu'],
      ['drop', 'dropout', { rate: 0.2 }],
      ['fc2', 'linear', { outFeatures: 192 }],
      ['tanh', 'tanh'],
      ['fc3', 'linear', { outFeatures: 2 }],
    ],
    'cross-entropy',
    { source: 'spirals', count: 900 },
  );
  const optimizer = { type: 'momentum', params: {} };
  const training = { ...document.training, optimizer, batchSize: 100, epochs: 60, learningRate: 0.02 };
  const file = folder.path('long.netwright.json');
  writeFileSync(file, JSON.stringify({ ...document, training }));
  return file;
}

const metricsOf = (run: string): string => readFileSync(`${run}/metrics.jsonl`, 'utf8');

describe('a run that is killed at random moments', () => {
  const project = longProject();
  const cadences = { 1: '5steps', 2: '0.01s' } as const;

  it.each([1, 2] as const)('goes on to the same weights and history, on %i threads', async (threads) => {
    const common = ['--threads', String(threads), '--checkpoint-every', cadences[threads], '--json'];
    const whole = folder.path(`whole-${threads}`);
    const began = performance.now();
    const expected = lastOf(await netwright(['train', project, '--out', whole, ...common]));
    const tookMs = performance.now() - began;
    expect(expected).toMatchObject({ event: 'done', epochs: 60, steps: 480 });
    // Two threads are two workers: there is work worth sharing.
    expect(expected['workers']).toBe(threads);

    const run = folder.path(`killed-${threads}`);
    const random = new RandomStream(threads, 99);
    const delays = Array.from({ length: 6 }, () => (0.05 + 0.25 * random.uniform()) * tookMs);
    let kills = 0;
    let ended: Record<string, unknown> | undefined;
    for (let attempt = 0; ended === undefined; attempt++) {
      // Killed before it had said what it is, it is no run yet.
      const args = existsSync(`${run}/run.json`) ? ['--resume', run] : [project, '--out', run];
      const child = start(['train', ...args, ...common]);
      const outcome = ending(child);
      const delay = delays[attempt];
      if (delay !== undefined) {
        await Promise.race([setTimeout(delay), once(child, 'exit')]);
        if (child.kill('SIGKILL')) kills++;
      }
      const result = await outcome;
      if (result.code === 0) ended = lastOf(result);
      else if (delay === undefined) throw new Error(result.stderr);
    }
    expect(kills).toBeGreaterThanOrEqual(2);
    expect(ended['weightsSha256']).toBe(expected['weightsSha256']);
    expect(ended).toMatchObject({ steps: 480, train: expected['train'], test: expected['test'] });
    expect(metricsOf(run)).toBe(metricsOf(whole));
    expect(existsSync(`${run}/run.lock`)).toBe(false);
  });
});

describe('train --resume', () => {
  const short = ['train', fixture('small-circle'), '--epochs', '2', '--json'];

  it('says where it goes on, and goes on for more epochs', async () => {
    const run = folder.path('more');
    await netwright([...short, '--out', run]);
    const { code, objects, stderr } = await netwright(['train', '--resume', run, '--epochs', '4', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(objects.map(({ event, epoch }) => [event, epoch])).toEqual([
      ['resumed', 2],
      ['epoch', 3],
      ['epoch', 4],
      ['done', undefined],
    ]);
    expect(objects[0]).toEqual({ event: 'resumed', run, step: 20, epoch: 2 });
    const plain = await netwright(['train', '--resume', run, '--epochs', '5']);
    expect(plain.stderr).toMatch(/^going on from step 40, 4 epochs done\nepoch 5\/5/);
    expect(plain.stdout).toMatch(/^Trained: 5 epochs, 50 steps/);
  });

  it('refuses in one sentence what cannot go on or would make it another run', async () => {
    const run = folder.path('done');
    await netwright([...short, '--out', run]);
    const sentence = async (...args: string[]): Promise<string> => {
      const { code, stderr, stdout } = await netwright(['train', ...args]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      return stderr.trimEnd();
    };
    expect(await sentence('--resume', run)).toContain('nothing left to train: 2 of 2 epochs are done');
    expect(await sentence('circle', '--resume', run)).toContain('found "circle"');
    expect(await sentence('--resume', run, '--seed', '3')).toContain('found --seed');
    expect(await sentence('--resume', folder.path('nowhere'))).toContain(
      'nowhere/run.json: expected a run folder with this file, found no such file.',
    );
    expect(existsSync(folder.path('nowhere'))).toBe(false);
    expect(await sentence()).toBe(
      'Expected a template, a project file or --resume <folder>, found none of them.',
    );
    for (const when of ['soon', '0s', '1.5steps', '-3s', '']) {
      expect(await sentence('circle', '--checkpoint-every', when)).toContain(
        `such as 30s, 500steps or 1epoch, found "${when}"`,
      );
    }
  });

  it('waits for no lock of a run that was killed, and is refused while another process writes', async () => {
    const run = folder.path('held');
    const child = start(['train', 'circle', '--epochs', '1000000', '--out', run, '--json']);
    const ended = ending(child);
    try {
      await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
      const refused = await netwright(['train', '--resume', run]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(`${run}: process ${child.pid} is writing this run`);
      const replaced = await netwright(['train', 'line', '--out', run]);
      expect(replaced.stderr).toContain(`process ${child.pid} is writing this run`);
    } finally {
      child.kill('SIGKILL');
    }
    await ended;
    const resumed = start(['train', '--resume', run, '--json']);
    const outcome = ending(resumed);
    await new Promise<void>((resolve) => resumed.stdout?.once('data', () => resolve()));
    resumed.kill('SIGINT');
    expect(lastOf(await outcome)).toMatchObject({ event: 'stopped', run });
  });
});

describe('the best weights of a run', () => {
  it('are exported with --best, and are those of the epoch with the smallest test loss', async () => {
    const run = folder.path('best');
    // A rate at which the loss does not only fall.
    const settings = ['--set', 'training.learningRate=2', '--epochs', '6'];
    await netwright(['train', fixture('small-circle'), '--out', run, ...settings]);
    const records = metricsOf(run)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { epoch: number; test: { loss: number } });
    const best = records.reduce((a, b) => (b.test.loss < a.test.loss ? b : a));
    expect(best.epoch).toBeLessThan(6);
    const file = folder.path('best.onnx');
    const exported = await netwright(['export', run, '--best', '--onnx', file, '--json']);
    expect(exported.objects[0]).toMatchObject({ event: 'certificate', equal: true });
    const same = await netwright([
      'train',
      fixture('small-circle'),
      '--json',
      '--out',
      folder.path('to-best'),
      ...settings.slice(0, 2),
      '--epochs',
      String(best.epoch),
    ]);
    expect(exported.objects[0]?.['weightsSha256']).toBe(lastOf(same)['weightsSha256']);
    expect((await netwright(['check', file, '--against', run, '--best'])).code).toBe(0);
    expect((await netwright(['check', file, '--against', run])).code).toBe(1);
  });
});
