import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { downloaded } from '../engine/data/known-files.ts';
import { barImages, dataFolder, idx, mnistLike } from '../engine/data/sample-files.ts';
import { chainDocument } from '../engine/documents.ts';
import { ending, lastOf, netwright, start } from './netwright.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

const mnist = folder.write('mnist', mnistLike({ train: 1200, test: 200 }, true));

/** Drawn without data; --data brings it. */
function project(epochs: number, outputs = 4): string {
  const document = chainDocument([
    ['flat', 'flatten'],
    ['fc1', 'linear', { outFeatures: 48 }],
    ['relu', 'relu'],
    ['drop', 'dropout', { rate: 0.2 }],
    ['fc2', 'linear', { outFeatures: outputs }],
  ]);
  const file = folder.path(`project-${epochs}.netwright.json`);
  writeFileSync(file, JSON.stringify({ ...document, training: { ...document.training, epochs } }));
  return file;
}

it('data tells what lies in a folder, as a person reads it and as JSON', async () => {
  const [plain, chinese, json] = await Promise.all([
    netwright(['data', mnist]),
    netwright(['data', mnist], { NETWRIGHT_LANG: 'zh' }),
    netwright(['data', mnist, '--json']),
  ]);
  expect(plain.stdout).toMatch(
    /IDX images\ntraining samples +1,200\ntest samples +200, given by the files\n/,
  );
  expect(plain.stdout).toMatch(
    /shape of a sample +1×8×8\nclasses +4, from 300 to 300 training samples each\n/,
  );
  expect(plain.stdout).toMatch(/\n3 +300 +50\n/);
  expect(plain.stdout).toMatch(/\ngrey +\d+\.\d+ +\d+\.\d+ +0 +249\.0 +0\n/);
  expect(chinese.stdout).toMatch(/训练样本 +1,200\n测试样本 +200，由文件给定/);
  expect(json.objects).toEqual([
    expect.objectContaining({ event: 'data', source: 'idx', train: 1200, test: 200, shape: [1, 8, 8] }),
  ]);
});

it('data says in a sentence why a table cannot be learnt from, and what is odd about labels that are all the same', async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `${i},${2 * i},yes`);
  folder.write('odd', { 'one.csv': new TextEncoder().encode(`a,b,label\n${rows.join('\n')}\n`) });
  const refused = await netwright(['data', folder.path('odd/one.csv')]);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toBe(
    `${folder.path('odd/one.csv')}: "label" needs at least two classes to tell apart, found only "yes".\n`,
  );
  const { images } = barImages(20, 1, 4);
  folder.write('same', { 'a-images': idx([20, 4, 4], images), 'a-labels': idx([20], new Uint8Array(20)) });
  const { stdout } = await netwright(['data', folder.path('same')]);
  expect(stdout).toContain('! All samples are of one class, "0": nothing is told apart.');
});

it('data says what becomes of rows that are not as the others', async () => {
  const split = 'size,set,kind\n9,test,a\n0,,a\n2,train,b\n8,test,b\n4,train,a\n';
  folder.write('gaps', { 'a.csv': new TextEncoder().encode(split) });
  const [english, chinese] = await Promise.all([
    netwright(['data', folder.path('gaps')]),
    netwright(['data', folder.path('gaps')], { NETWRIGHT_LANG: 'zh' }),
  ]);
  expect(english.stdout).toMatch(/training samples +3\ntest samples +2, given by the files/);
  expect(english.stdout).toContain('! "set" names no part in 1 row: it is trained on.');
  expect(chinese.stdout).toContain('! “set”未注明 1 行属于哪一部分：该行用于训练。');
});

it('train --data gives the last layer an output for each class of the data', async () => {
  const run = folder.path('fitted');
  const { objects, stderr, code } = await netwright([
    'train',
    project(1, 7),
    '--data',
    mnist,
    '--out',
    run,
    '--json',
  ]);
  expect(stderr).toContain('"fc2" has 4 outputs now, one for each class.');
  expect(code).toBe(0);
  expect(objects.at(-1)).toMatchObject({ event: 'done', epochs: 1 });
});

it('train --data trains on it; killed and resumed it comes to the same weights; without the files it is refused', async () => {
  const args = ['--data', mnist, '--checkpoint-every', '10steps', '--threads', '2', '--json'];
  const whole = lastOf(await netwright(['train', project(12), '--out', folder.path('whole'), ...args]));
  expect(whole).toMatchObject({ event: 'done', epochs: 12, steps: 12 * 75 });
  expect((whole['test'] as { accuracy: number }).accuracy).toBeGreaterThan(0.9);

  const run = folder.path('killed');
  const child = start(['train', project(12), '--out', run, ...args]);
  const ended = ending(child);
  child.stdout?.on('data', (line: string) => {
    if (line.includes('"epoch":3')) child.kill('SIGKILL');
  });
  expect((await ended).code).toBe(null);
  await setTimeout(0);
  const resumed = lastOf(await netwright(['train', '--resume', run, '--json']));
  expect(resumed).toMatchObject({ event: 'done', weightsSha256: whole['weightsSha256'] });

  // The file takes pixels as they lie there; it is proved, checked later, and run on them.
  const onnx = folder.path('raw.onnx');
  const exported = await netwright(['export', run, '--onnx', onnx, '--with-preprocessing', '--json']);
  expect(exported.objects[0]).toMatchObject({
    equal: true,
    nodes: [{ name: 'data', maxAbsDiff: 0 }, {}, {}, {}, {}],
  });
  const checked = await netwright(['check', onnx, '--against', run, '--json']);
  expect(checked.objects[0]).toEqual(exported.objects[0]);
  const pixels = new Array<number>(64).fill(255).join();
  const [tested, typed, refused] = await Promise.all([
    netwright(['run', onnx, '--data', 'test', '--json']),
    netwright(['run', onnx, '--values', pixels, '--json']),
    netwright(['run', onnx, '--values', pixels.replace('255', '256')]),
  ]);
  const { accuracy } = whole['test'] as { accuracy: number };
  expect(lastOf(tested)).toMatchObject({ rows: 200, accuracy, engineAccuracy: accuracy });
  expect(lastOf(typed)).toMatchObject({ rows: 1 });
  expect(refused.stderr).toContain('expected whole numbers from 0 to 255, found 256.');

  rmSync(mnist, { recursive: true });
  const gone = await netwright(['train', '--resume', run, '--epochs', '20']);
  expect(gone.code).toBe(2);
  expect(gone.stderr).toBe(`${mnist}: expected a file, found nothing.\n`);
});

it('data lists known sets, opens those that are here by their name, and says why one cannot be had', async () => {
  const home = folder.write('home', {});
  downloaded(home, 'fashion-mnist');
  const nobody = { NETWRIGHT_HOME: home, NETWRIGHT_MIRROR: 'http://127.0.0.1:9999' };
  const [list, opened, refused] = await Promise.all([
    netwright(['data'], { ...nobody, NETWRIGHT_LANG: 'zh' }),
    netwright(['data', 'Fashion-MNIST'], nobody),
    netwright(['data', 'mnist', '--json'], nobody),
  ]);
  expect(list.stdout).toMatch(
    /^mnist +11\.1 MB +70,000 张手写数字.* 未下载\nfashion-mnist +29\.4 MB .*fashion-mnist\n/,
  );
  expect(opened.stdout).toMatch(/\nT-shirt\/top +6,000 +1,000\nTrouser +6,000 +1,000\n/);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /^MNIST could not be downloaded\. 127\.0\.0\.1:9999 cannot be reached \(ECONNREFUSED\); this machine may be offline\. /,
  );
  expect(lastOf(refused)).toMatchObject({ event: 'error', code: 'download.failed' });
});
