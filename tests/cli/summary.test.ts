import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { shownWidth } from '../../engine/cli/text-table.ts';
import { fixture, lastOf, netwright, temporaryFolder } from './netwright.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('summary', () => {
  it('lists every layer and the total, one object each', async () => {
    const { code, objects, stderr } = await netwright(['summary', 'circle', '--json']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(objects.map(({ event, name }) => name ?? event)).toEqual([
      'data',
      'fc1',
      'relu1',
      'fc2',
      'relu2',
      'fc3',
      'loss',
      'total',
    ]);
    expect(objects[1]).toEqual({
      event: 'layer',
      node: 'fc1',
      name: 'fc1',
      type: 'linear',
      known: true,
      outputs: [{ port: 'y', shape: ['N', 4] }],
      parameters: 12,
      frozen: 0,
      statistics: 0,
      multiplyAdds: 8,
      activationBytes: 64 * 4 * 4,
    });
    expect(objects.at(-1)).toMatchObject({ parameters: 42, layers: 7, unknown: 0, batch: 64 });
  });

  it('tells frozen parameters apart, in objects and in a column of their own', async () => {
    const args = ['summary', 'circle', '--set', 'nodes.fc1.frozen=true', '--set', 'nodes.fc2.frozen=true'];
    const { objects } = await netwright([...args, '--json']);
    expect(objects.map(({ parameters, frozen }) => [parameters, frozen])).toEqual([
      [0, 0],
      [12, 12],
      [0, 0],
      [20, 20],
      [0, 0],
      [10, 0],
      [0, 0],
      [42, 32],
    ]);
    const table = (await netwright(args)).stdout;
    expect(table).toMatch(/parameters {2}of them frozen {2}statistics/);
    expect(table).toMatch(/^fc2 .* 20 +20 +0 /m);
    expect(table).toMatch(/^total +42 +32 +0 /m);
    expect((await netwright(args, { NETWRIGHT_LANG: 'zh' })).stdout).toContain('其中冻结');
    expect((await netwright(['summary', 'circle'])).stdout).not.toContain('frozen');
  });

  it('predicts the memory that training then takes', async () => {
    const out = folder.path('run');
    const predicted = lastOf(await netwright(['summary', fixture('small-circle'), '--json']));
    const trained = lastOf(
      await netwright(['train', fixture('small-circle'), '--epochs', '1', '--out', out, '--json']),
    );
    expect(predicted['arenaBytes']).toBeGreaterThan(1000);
    expect(predicted['arenaBytes']).toBe(trained['arenaBytes']);
  });

  it('measures each layer and an epoch when asked, as changed by --set', async () => {
    const { code, objects } = await netwright([
      'summary',
      'circle',
      '--time',
      '--threads',
      '1',
      '--set',
      'training.batchSize=100',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(objects[1]).toMatchObject({
      name: 'fc1',
      activationBytes: 100 * 4 * 4,
      forwardMs: expect.any(Number),
      backwardMs: expect.any(Number),
    });
    expect(objects[2]).toMatchObject({ name: 'relu1', forwardIn: 'fc1' });
    const { stepMs, evaluationMs, secondsPerEpoch, stepsPerEpoch, workers } = lastOf({
      objects,
    } as never) as Record<string, number>;
    expect(stepMs).toBeGreaterThan(0);
    expect(secondsPerEpoch).toBeCloseTo(
      ((stepsPerEpoch ?? 0) * (stepMs ?? 0) + (evaluationMs ?? 0)) / 1000,
      6,
    );
    expect(workers).toBe(1);
  });

  it('is a table whose columns stand below each other, in either language', async () => {
    const english = await netwright(['summary', 'lenet', '--time']);
    expect(english.code).toBe(0);
    const lines = english.stdout.split('\n');
    expect(lines[0]).toMatch(
      /^layer +type +output +parameters +statistics +multiply-adds +activations +forward +backward$/,
    );
    expect(english.stdout).toMatch(
      /^conv1 +Conv2d +N×6×28×28 +156 +0 +117,600 +1\.1 MiB +[\d.]+ .?s +[\d.]+ .?s$/m,
    );
    expect(english.stdout).toMatch(/^relu1 .* in conv1 /m);
    expect(english.stdout).toMatch(/^total +61,196 +0 +428,877 /m);
    expect(english.stdout).toMatch(/An epoch will take about .+: 63 steps of /);
    const chinese = await netwright(['summary', 'lenet'], { LANG: 'zh_CN.UTF-8' });
    const table = chinese.stdout.split('\n').slice(0, 15);
    expect(table[0]).toMatch(/^层 +类型 +输出 +参数 +统计量 +乘加 +激活内存$/);
    expect(new Set(table.map(shownWidth)).size).toBe(1);
    expect(chinese.stdout).toMatch(/以批大小 64 训练，预计占用内存 /);
  });

  it('shows of a network that is not finished what is known, and why the rest is not', async () => {
    const { code, stdout } = await netwright(['summary', fixture('shapes-that-do-not-meet')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/–/);
    expect(stdout).toMatch(/Not counted yet: \d+ of \d+ layers \(–\)\. .+\./);
    expect(stdout).not.toContain('of memory');
    const timed = await netwright(['summary', fixture('shapes-that-do-not-meet'), '--time', '--json']);
    expect(timed.code).toBe(2);
    expect(lastOf(timed)).toMatchObject({ event: 'error' });
  });

  it('names a project that there is not, and what it expects without one', async () => {
    const unknown = await netwright(['summary', 'lenett', '--json']);
    expect(unknown.code).toBe(2);
    expect(lastOf(unknown)).toMatchObject({ event: 'error', code: 'template-unknown' });
    expect((await netwright(['summary'])).code).toBe(2);
  });

  it('keeps its columns for names of any length and script', async () => {
    const { nodes, ...document } = JSON.parse(readFileSync(fixture('small-circle'), 'utf8')) as {
      nodes: { name: string }[];
    };
    const file = folder.path('names.netwright.json');
    const renamed = nodes.map((node, i) =>
      i === 1 ? { ...node, name: '第一层 é, a layer whose name is long' } : node,
    );
    writeFileSync(file, JSON.stringify({ ...document, nodes: renamed }));
    const { stdout } = await netwright(['summary', file]);
    const table = stdout.split('\n').slice(0, nodes.length + 1);
    expect(new Set(table.map(shownWidth)).size).toBe(1);
  });
});
