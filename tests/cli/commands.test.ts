import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Ended,
  ending,
  fixture,
  lastOf,
  netwright,
  start,
  temporaryFolder,
  trainableTemplates,
} from './netwright.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('templates', () => {
  it('lists what can be trained, in the language of the person', async () => {
    const { code, objects } = await netwright(['templates', '--json']);
    expect(code).toBe(0);
    expect(objects).toHaveLength(1);
    const { templates } = objects[0] as { templates: { id: string; title: string }[] };
    expect(templates.map(({ id }) => id)).toEqual(trainableTemplates());
    expect(templates[0]).toEqual({ id: 'line', title: 'Line fit' });
    expect(templates[1]?.title).toBe('Circle');
    const chinese = await netwright(['templates'], { LANG: 'zh_CN.UTF-8' });
    expect(chinese.stdout).toMatch(/circle +圆/);
    expect((await netwright(['templates'], { LANG: 'zh_CN.UTF-8', NETWRIGHT_LANG: 'en' })).stdout).toContain(
      'Circle',
    );
  });
});

describe('a run from training to a proved file', () => {
  const run = folder.path('circle');
  const onnx = folder.path('circle.onnx');
  let trained: Ended;
  let exported: Ended;

  beforeAll(async () => {
    trained = await netwright(['train', fixture('small-circle'), '--epochs', '4', '--out', run, '--json']);
    exported = await netwright(['export', run, '--onnx', onnx, '--json']);
  });

  it('tells of every epoch and then of the whole', () => {
    expect(trained.code).toBe(0);
    expect(trained.stderr).toBe('');
    const figures = { loss: expect.any(Number), accuracy: expect.any(Number) };
    expect(trained.objects.slice(0, -1)).toEqual(
      [1, 2, 3, 4].map((epoch) => ({
        event: 'epoch',
        epoch,
        step: epoch * 10,
        train: figures,
        test: figures,
        learningRate: 0.1,
      })),
    );
    expect(trained.objects.at(-1)).toMatchObject({
      event: 'done',
      run,
      epochs: 4,
      steps: 40,
      stepsPerSecond: expect.any(Number),
      train: figures,
      test: figures,
      weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      arenaBytes: expect.any(Number),
      kernels: expect.stringMatching(/^(portable|native .+)$/),
      threads: expect.any(Number),
    });
  });

  it('keeps the run in the folder it was given', () => {
    const manifest = JSON.parse(readFileSync(`${run}/run.json`, 'utf8'));
    expect(manifest).toMatchObject({ format: 'netwright-run', status: 'done' });
    expect(manifest.document.training.epochs).toBe(4);
    expect(readFileSync(`${run}/metrics.jsonl`, 'utf8').trim().split('\n')).toHaveLength(4);
    expect(existsSync(`${run}/checkpoints/step-0000040.safetensors`)).toBe(true);
  });

  it('writes the file and its certificate', () => {
    expect(exported.code).toBe(0);
    const certificate = exported.objects[0] as Record<string, unknown>;
    expect(certificate).toMatchObject({ event: 'certificate', onnx, equal: true });
    expect(certificate['maxAbsDiff']).toBeLessThanOrEqual(1e-5);
    expect(certificate['nodes']).toEqual(
      ['hidden', 'relu', 'out'].map((name) =>
        expect.objectContaining({ name, maxAbsDiff: expect.any(Number) }),
      ),
    );
    const sha256 = createHash('sha256').update(readFileSync(onnx)).digest('hex');
    expect(certificate['onnxSha256']).toBe(sha256);
    expect(certificate['weightsSha256']).toBe(lastOf(trained)['weightsSha256']);
    expect(JSON.parse(readFileSync(folder.path('circle.certificate.json'), 'utf8'))).toMatchObject({
      equal: true,
      onnxSha256: sha256,
    });
  });

  it('is found equal again by check', async () => {
    const checked = await netwright(['check', onnx, '--against', run, '--json']);
    expect(checked.code).toBe(0);
    expect(checked.objects[0]).toEqual(exported.objects[0]);
  });

  it('is found different from a run of another seed, with the first node that differs', async () => {
    const other = folder.path('other');
    await netwright(['train', fixture('small-circle'), '--epochs', '4', '--seed', '2', '--out', other]);
    const checked = await netwright(['check', onnx, '--against', other, '--json']);
    expect(checked.code).toBe(1);
    expect(checked.objects[0]).toMatchObject({ event: 'certificate', equal: false });
    expect(checked.stderr).toContain('the first node that differs is "hidden"');
  });

  it('answers typed values, one row or several', async () => {
    const one = await netwright(['run', onnx, '--values', '0,0', '--json']);
    expect(one.code).toBe(0);
    expect(one.objects[0]).toMatchObject({
      outputs: { 'out.y': [[expect.any(Number), expect.any(Number)]] },
      rows: 1,
    });
    const two = await netwright(['run', onnx, '--values', '0,0; 3.5,-3.5', '--json']);
    const outputs = two.objects[0]?.['outputs'] as Record<string, number[][]>;
    expect(outputs['out.y']).toHaveLength(2);
    expect(outputs['out.y']?.[0]).toEqual((lastOf(one)['outputs'] as typeof outputs)['out.y']?.[0]);
  });

  it('reaches the engine’s own accuracy on the rows the engine was tested on', async () => {
    const { accuracy } = lastOf(trained)['test'] as { accuracy: number };
    for (const data of ['circle', 'test']) {
      const { code, objects } = await netwright(['run', onnx, '--data', data, '--json']);
      expect(code).toBe(0);
      expect(objects[0]).toMatchObject({ rows: 40, accuracy, engineAccuracy: accuracy });
    }
  });

  it('is measured on every sample of other data, without a claim about the engine', async () => {
    const { objects } = await netwright(['run', onnx, '--data', 'square', '--json']);
    expect(objects[0]).toMatchObject({ rows: 2000, accuracy: expect.any(Number) });
    expect(objects[0]).not.toHaveProperty('engineAccuracy');
  });
});

describe('train', () => {
  const weightsOf = async (...args: string[]): Promise<unknown> => {
    const { objects, stderr } = await netwright([
      'train',
      fixture('small-circle'),
      '--json',
      '--out',
      folder.path('w'),
      ...args,
    ]);
    expect(stderr).toBe('');
    return objects.at(-1)?.['weightsSha256'];
  };

  it('comes to the same bits again, on one thread and on two, but not from another seed', async () => {
    const first = await weightsOf('--threads', '1');
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await weightsOf('--threads', '2')).toBe(first);
    expect(await weightsOf('--set', 'training.seed=2')).toBe(await weightsOf('--seed', '2'));
    expect(await weightsOf('--seed', '2')).not.toBe(first);
  });

  it('runs on the readable kernels when asked to', async () => {
    const { objects } = await netwright([
      'train',
      'line',
      '--epochs',
      '2',
      '--kernels',
      'reference',
      '--json',
      '--out',
      folder.path('reference'),
    ]);
    expect(objects.at(-1)).toMatchObject({ event: 'done', kernels: 'reference' });
  });

  it('makes settings in any order, and starts a new optimizer from its own defaults', async () => {
    const out = folder.path('settings');
    const settings = [
      'training.optimizer.params.beta1=0.8',
      'training.optimizer.type=adam',
      'training.batchSize=32',
      'training.epochs=1',
      'name=Renamed',
      'nodes.hidden.outFeatures=3',
      'nodes.data.noise=0.5',
      'training.initializer.type=zeros',
      'training.schedule.params.milestones=1, 2',
      'training.schedule.type=multi-step',
      'training.warmupSteps=3',
      'training.regularisation.l2=0.001',
      'training.regularisation.biases=true',
      'training.clipping.by=norm',
      'training.clipping.limit=0.5',
      'training.earlyStopping.monitor=test-loss',
      'nodes.hidden.initial=orthogonal',
    ];
    const { code, stderr } = await netwright([
      'train',
      fixture('small-circle'),
      '--json',
      '--out',
      out,
      ...settings.flatMap((s) => ['--set', s]),
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { document } = JSON.parse(readFileSync(`${out}/run.json`, 'utf8'));
    expect(document.name).toBe('Renamed');
    expect(document.training).toMatchObject({
      batchSize: 32,
      epochs: 1,
      initializer: { type: 'zeros', params: {} },
      schedule: { type: 'multi-step', params: { milestones: '1, 2', unit: 'epochs', gamma: 0.1 } },
      warmupSteps: 3,
      regularisation: { l2: 0.001, decay: 0, biases: true },
      clipping: { by: 'norm', limit: 0.5 },
      earlyStopping: { monitor: 'test-loss' },
    });
    expect(document.nodes[1].params.initial).toBe('orthogonal');
    expect(document.training.optimizer).toEqual({
      type: 'adam',
      params: { beta1: 0.8, beta2: 0.999, epsilon: 1e-8 },
    });
    expect(document.nodes[0].params.noise).toBe(0.5);
    expect(document.nodes[1].params.outFeatures).toBe(3);
  });

  it('tells the learning rate where a schedule changes it, and why a run ended early', async () => {
    const set = (...settings: string[]) => settings.flatMap((setting) => ['--set', setting]);
    const stepped = await netwright([
      'train',
      fixture('small-circle'),
      '--epochs',
      '6',
      '--out',
      folder.path('stepped'),
      ...set('training.learningRate=0.1', 'training.schedule.type=step', 'training.schedule.params.every=3'),
    ]);
    const told = stepped.stderr.split('\n').filter((line) => line.includes('learning rate'));
    expect(told.length).toBe(1);
    expect(told[0]).toMatch(/learning rate 0\.01000 /);

    const stopped = await netwright([
      'train',
      fixture('small-circle'),
      '--json',
      '--epochs',
      '40',
      '--out',
      folder.path('stopped-early'),
      ...set('training.earlyStopping.monitor=train-loss', 'training.earlyStopping.minChange=100'),
    ]);
    expect(stopped.code).toBe(0);
    expect(stopped.objects.at(-1)).toMatchObject({ event: 'done', epochs: 11 });
    expect(stopped.objects.at(-1)?.['ending']).toMatch(/^Stopped early after epoch 11: the training loss/);
    const manifest = JSON.parse(readFileSync(`${folder.path('stopped-early')}/run.json`, 'utf8'));
    expect(manifest.result.ending.zh).toMatch(/^在第 11 轮后提前停止/);
  });

  it('AdamW brings its weight decay along, unless one is set', async () => {
    const decayOf = async (name: string, ...settings: string[]): Promise<number> => {
      const out = folder.path(name);
      const ran = await netwright([
        'train',
        fixture('small-circle'),
        '--epochs',
        '1',
        '--out',
        out,
        ...['training.optimizer.type=adamw', ...settings].flatMap((setting) => ['--set', setting]),
      ]);
      expect(ran.code).toBe(0);
      const { document } = JSON.parse(readFileSync(`${out}/run.json`, 'utf8'));
      return document.training.regularisation.decay;
    };
    expect(await decayOf('adamw')).toBe(0.01);
    expect(await decayOf('adamw-set', 'training.regularisation.decay=0.2')).toBe(0.2);
  });

  it('keeps runs under NETWRIGHT_HOME when no folder is named, each in its own', async () => {
    const home = folder.path('home');
    const ran = await Promise.all(
      [0, 1].map(() => netwright(['train', 'line', '--epochs', '1', '--json'], { NETWRIGHT_HOME: home })),
    );
    const [one, two] = ran.map(({ objects }) => String(objects.at(-1)?.['run']));
    expect(one).not.toBe(two);
    for (const run of [one, two]) {
      expect(run).toMatch(/home\/runs\/\d{8}-\d{6}-\d{3}-line-fit(-\w+)?$/);
      expect(existsSync(`${run}/run.json`)).toBe(true);
    }
  });

  it('without --json shows progress on one stream and a summary on the other', async () => {
    const { code, stdout, stderr } = await netwright([
      'train',
      fixture('small-circle'),
      '--out',
      folder.path('plain'),
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^epoch \d\/3 · train loss [\d.]+, accuracy [\d.]+ % · test loss /);
    expect(stdout).toMatch(/^Trained: 3 epochs, 30 steps, /);
    expect(stdout).toContain(folder.path('plain'));
    // With a validation part it is this that is told on the way; at the end there are three figures.
    const guided = ['--set', 'training.validationShare=0.1', '--out', folder.path('plain')];
    const chinese = await netwright(['train', fixture('small-circle'), ...guided], {
      LC_ALL: 'zh_TW.UTF-8',
    });
    expect(chinese.stderr).toMatch(/^第 \d\/3 轮 · 训练 损失 [\d.]+，准确率 [\d.]+ % · 验证 损失 /);
    expect(chinese.stdout).toMatch(/^训练完成：3 轮，27 步/);
    expect(chinese.stdout).toMatch(/\n训练 损失 .*\n验证 损失 .*\n测试 损失 .*\n运行文件夹：/);
  });

  it('stops on Ctrl-C with a checkpoint that can be exported', async () => {
    const run = folder.path('stopped');
    const child = start(['train', 'circle', '--epochs', '1000000', '--out', run, '--json']);
    const ended = ending(child);
    await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
    child.kill('SIGINT');
    const { code, objects } = await ended;
    expect(code).toBe(0);
    expect(objects.at(-1)).toMatchObject({ event: 'stopped', run });
    const exported = await netwright(['export', run, '--onnx', folder.path('stopped.onnx'), '--json']);
    expect(exported.objects[0]).toMatchObject({
      equal: true,
      weightsSha256: objects.at(-1)?.['weightsSha256'],
    });
  });

  it('goes on to its end when nobody reads its progress any more', async () => {
    const run = folder.path('unread');
    const child = start(['train', 'circle', '--out', run]);
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.stderr?.once('data', () => child.stderr?.destroy());
    expect(await ended).toBe(0);
    expect(JSON.parse(readFileSync(`${run}/run.json`, 'utf8'))).toMatchObject({ status: 'done' });
  });

  it('can be exported after it was killed', async () => {
    const run = folder.path('killed');
    const child = start(['train', 'circle', '--epochs', '1000000', '--out', run, '--json']);
    const ended = ending(child);
    await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
    child.kill('SIGKILL');
    await ended;
    const exported = await netwright(['export', run, '--onnx', folder.path('killed.onnx'), '--json']);
    expect(exported.objects[0]).toMatchObject({ event: 'certificate', equal: true });
  });
});

describe('the line', () => {
  it('is fitted so that y at x = 5 is 5', async () => {
    const [run, onnx] = [folder.path('line'), folder.path('line.onnx')];
    await netwright(['train', 'line', '--out', run]);
    await netwright(['export', run, '--onnx', onnx]);
    const { objects } = await netwright(['run', onnx, '--values', '5', '--json']);
    const [[y]] = Object.values(objects[0]?.['outputs'] as Record<string, number[][]>)[0] as [[number]];
    expect(Math.abs(y - 5)).toBeLessThanOrEqual(0.05);
  });
});

describe('help', () => {
  it('is shown when asked for, in the language of the person, and lists every command', async () => {
    const { code, stdout } = await netwright(['--help']);
    expect(code).toBe(0);
    for (const command of ['templates', 'train', 'export', 'check', 'run', 'serve', 'bench']) {
      expect(stdout).toContain(`  ${command}`);
    }
    const chinese = await netwright(['train', '--help'], { LANG: 'zh_CN.UTF-8' });
    expect(chinese.stdout).toContain('选项：');
    expect(chinese.stdout).toContain('训练轮数');
  });
});

describe('crosscheck', () => {
  it('says what is missing where there is no PyTorch, and that is no failure', async () => {
    const { code, objects } = await netwright(['crosscheck', '--python', folder.path('no-python'), '--json']);
    expect(code).toBe(0);
    expect(objects).toEqual([expect.objectContaining({ event: 'skipped', missing: 'torch' })]);
  });
});
