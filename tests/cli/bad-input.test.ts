import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, netwright, temporaryFolder } from './netwright.ts';
import { sentenceOf } from './sentences.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const run = folder.path('good');
const onnx = folder.path('good.onnx');
beforeAll(async () => {
  await netwright(['train', fixture('small-circle'), '--out', run]);
  await netwright(['export', run, '--onnx', onnx]);
});

it.each([
  ['of a document', ['train', fixture('unknown-layer')]],
  ['of an option', ['train', 'line', '--epochs', 'many']],
  ['of a file', ['run', folder.path('missing.onnx'), '--values', '1 2']],
  ['of a command', ['tarin', 'line']],
])(
  'the sentence %s is told in the person’s language, and with --json as the last object too',
  async (_, args) => {
    const english = await sentenceOf(args);
    const json = await netwright([...args, '--json'], { NETWRIGHT_LANG: 'zh' });
    expect(json.code).toBe(2);
    expect(json.objects).toHaveLength(1);
    expect(json.objects[0]).toMatchObject({ event: 'error', code: expect.any(String) });
    const message = String(json.objects[0]?.['message']);
    expect(message).toMatch(/\p{Script=Han}/u);
    expect(message).not.toBe(english);
    expect(json.stderr).toBe(`${message}\n`);
  },
);

describe('a command line that cannot be read', () => {
  const lines: readonly [string, readonly string[], RegExp][] = [
    ['an unknown command', ['fly'], /There is no command "fly"/],
    ['an unknown option', ['train', 'line', '--fast'], /There is no option "--fast" here/],
    ['a missing argument', ['run'], /The argument "file" is missing/],
    ['a missing option', ['check', 'x'], /The option "--against <run>" is missing/],
    ['nothing to write', ['export', 'x'], /expected --onnx <file>, --pytorch <folder>, or both/],
    [
      'an option without its value',
      ['check', 'x', '--against'],
      /The option "--against <run>" needs a value/,
    ],
    ['too many arguments', ['templates', 'a', 'b'], /more arguments than this command takes/],
    [
      'a word for a number',
      ['train', 'line', '--epochs', 'many'],
      /--epochs: expected a whole number from 1 to 1000000, found "many"/,
    ],
    [
      'a number out of range',
      ['train', 'line', '--threads', '0'],
      /--threads: expected a whole number from 1 to 256, found "0"/,
    ],
    [
      'unknown kernels',
      ['train', 'line', '--kernels', 'gpu'],
      /--kernels: expected one of auto, portable, native, reference, found "gpu"/,
    ],
    ['an unknown peer', ['bench', '--peer', 'abacus'], /--peer: expected one of torch, tfjs, found "abacus"/],
    [
      'an unknown row',
      ['bench', '--only', 'abacus'],
      /--only: expected one of mlp-2-4-4-2, .*matmul-512, .*found "abacus"/,
    ],
    [
      'a profile of what trains nothing',
      ['bench', '--profile', '--only', 'matmul-512'],
      /--profile: expected a row that trains a network, found "matmul-512"/,
    ],
    [
      'a port that is none',
      ['serve', '--port', '70000'],
      /--port: expected a whole number from 0 to 65535, found "70000"/,
    ],
  ];
  it.each(lines)('is refused: %s', async (_, args, sentence) => {
    expect(await sentenceOf(args)).toMatch(sentence);
  });

  it('asks for kernels that there are not', async () => {
    expect(
      await sentenceOf(['train', 'line', '--kernels', 'abacus', '--out', folder.path('never')]),
    ).toContain('expected one of auto, portable, native, reference, found "abacus"');
  });
});

describe('a place that cannot be written', () => {
  it('is named before anything is trained, and what lies there stays', async () => {
    const file = folder.path('a-file');
    writeFileSync(file, 'precious');
    expect(await sentenceOf(['train', 'line', '--out', file])).toContain(
      `${file}: expected a place that can be written to, found a file in place of a folder (ENOTDIR)`,
    );
    expect(await sentenceOf(['train', 'line', '--out', `${file}/deeper`])).toContain('ENOTDIR');
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it('is named when it is a folder full of something else', async () => {
    const other = folder.path('letters');
    mkdirSync(other);
    writeFileSync(`${other}/letter.txt`, 'precious');
    expect(await sentenceOf(['train', 'line', '--out', other])).toMatch(
      /letters: expected a new or empty folder, or one with a run in it, found letter\.txt/,
    );
    expect(readFileSync(`${other}/letter.txt`, 'utf8')).toBe('precious');
  });

  it('is named by export', async () => {
    const file = folder.path('a-file');
    expect(await sentenceOf(['export', run, '--onnx', `${file}/x.onnx`])).toContain(
      'expected a place that can be written to',
    );
    mkdirSync(folder.path('folder.onnx'));
    expect(await sentenceOf(['export', run, '--onnx', folder.path('folder.onnx')])).toContain(
      'folder.onnx: expected a file to write, found a folder.',
    );
    expect(await sentenceOf(['export', run, '--onnx', '/dev/null'])).toBe(
      '/dev/null: expected a file to write, found a device.',
    );
    expect(await sentenceOf(['export', run, '--onnx', ''])).toBe('--onnx: expected a path, found nothing.');
  });
});

describe('a run folder that cannot be used', () => {
  const weights = 'checkpoints/step-0000030.safetensors';
  const broken = (name: string, change: (folder: string) => void): string => {
    const place = folder.path(name);
    mkdirSync(`${place}/checkpoints`, { recursive: true });
    for (const file of ['run.json', 'metrics.jsonl', weights]) {
      writeFileSync(`${place}/${file}`, readFileSync(`${run}/${file}`));
    }
    change(place);
    return place;
  };

  it.each<[string, (folder: string) => void, RegExp]>([
    [
      'there is none',
      (place) => writeFileSync(`${place}/run.json`, ''),
      /run\.json:1:1: expected JSON, found nothing/,
    ],
    [
      'its record is of another kind',
      (place) => writeFileSync(`${place}/run.json`, '{"format":"diary"}'),
      /run\.json/,
    ],
    [
      'its record is from a newer version',
      (place) => writeFileSync(`${place}/run.json`, '{"format":"netwright-run","version":9}'),
      /expected version 2, found 9/,
    ],
    [
      'its weights are cut off',
      (place) => writeFileSync(`${place}/${weights}`, readFileSync(`${run}/${weights}`).subarray(0, 300)),
      /step-0000030\.safetensors/,
    ],
    [
      'its weights are of another network',
      (place) =>
        writeFileSync(
          `${place}/run.json`,
          readFileSync(`${run}/run.json`, 'utf8').replace('"outFeatures": 8', '"outFeatures": 9'),
        ),
      /step-0000030\.safetensors: "hidden\.weight": expected float32 \[2, 9\], found float32 \[2, 8\]/,
    ],
  ])('is named when %s', async (what, change, sentence) => {
    const place = broken(what.replaceAll(' ', '-'), change);
    expect(await sentenceOf(['export', place, '--onnx', folder.path('never.onnx')])).toMatch(sentence);
    expect(await sentenceOf(['check', onnx, '--against', place])).toMatch(sentence);
  });

  it('is named when it does not exist', async () => {
    const place = folder.path('nowhere');
    expect(await sentenceOf(['export', place, '--onnx', folder.path('never.onnx')])).toBe(
      `${place}/run.json: expected a run folder with this file, found no such file.`,
    );
  });
});

describe('a model that cannot be run', () => {
  it('is named when the file is missing or not ONNX', async () => {
    expect(await sentenceOf(['run', folder.path('none.onnx'), '--values', '1'])).toContain(
      'none.onnx: expected a file, found nothing',
    );
    const text = folder.path('text.onnx');
    writeFileSync(text, 'This is no model.');
    expect(await sentenceOf(['run', text, '--values', '1'])).toMatch(/text\.onnx is not an ONNX file/);
    expect(await sentenceOf(['check', text, '--against', run])).toMatch(/text\.onnx is not an ONNX file/);
    const empty = folder.path('empty.onnx');
    writeFileSync(empty, '');
    expect(await sentenceOf(['run', empty, '--values', '1'])).toMatch(/empty\.onnx is not an ONNX file/);
  });

  it.each<[string, RegExp]>([
    ['5', /good\.onnx: expected 2 values per row, found 1/],
    ['1,2,3', /expected 2 values per row, found 3/],
    ['1,2;3', /--values: expected 2 numbers in row 2 as in row 1, found 1/],
    ['1,two', /--values: expected numbers .*, found "two"/],
    ['', /--values: expected numbers .*, found nothing/],
    ['1,Infinity', /--values: expected numbers .*, found "Infinity"/],
    ['1,1e39', /--values: expected numbers that float32 can hold, found "1e39"/],
    ['1;2,3', /--values: expected 1 number in row 2 as in row 1, found 2/],
  ])('is not run on the values %j', async (values, sentence) => {
    expect(await sentenceOf(['run', onnx, '--values', values])).toMatch(sentence);
  });

  it('wants either values or data, and data that exists and fits', async () => {
    expect(await sentenceOf(['run', onnx])).toContain('expected either --values or --data');
    expect(await sentenceOf(['run', onnx, '--values', '1,2', '--data', 'circle'])).toContain(
      'expected either',
    );
    expect(await sentenceOf(['run', onnx, '--data', 'nowhere'])).toContain('There is no template "nowhere"');
    expect(await sentenceOf(['run', onnx, '--data', fixture('no-data')])).toContain(
      'expected one Data node, found none',
    );
    const moon = folder.path('moon.netwright.json');
    writeFileSync(moon, readFileSync(fixture('small-circle'), 'utf8').replace('"circle"', '"moon"'));
    expect(await sentenceOf(['run', onnx, '--data', moon])).toMatch(
      /moon\.netwright\.json: node "data", field "source": .* found "moon"/,
    );
    expect(await sentenceOf(['run', onnx, '--data', 'line'])).toContain('expected 2 values per row, found 1');
  });

  it('is not compared with a run of another network', async () => {
    const other = folder.path('line');
    await netwright(['train', 'line', '--epochs', '1', '--out', other]);
    expect(await sentenceOf(['check', onnx, '--against', other])).toMatch(
      /good\.onnx is not an export of this network/,
    );
  });
});

describe('a learning rate that makes the loss NaN', () => {
  it('stops the run at that step, names the first tensor and keeps the last good weights', async () => {
    const bad = folder.path('diverged');
    const { code, objects, stderr } = await netwright([
      'train',
      'line',
      '--set',
      'training.learningRate=1e6',
      '--out',
      bad,
      '--json',
    ]);
    expect(code).toBe(1);
    const last = objects.at(-1) as Record<string, unknown>;
    expect(last).toMatchObject({
      event: 'failed',
      run: bad,
      steps: expect.any(Number),
      message: expect.any(String),
    });
    expect(stderr.trim()).toBe(last['message']);
    expect(stderr).toMatch(/step \d+/);
    expect(stderr).toMatch(/fc1|loss/);
    const exported = await netwright(['export', bad, '--onnx', folder.path('diverged.onnx'), '--json']);
    expect(exported.code).toBe(0);
    expect(exported.objects[0]).toMatchObject({ equal: true, weightsSha256: last['weightsSha256'] });
  });
});

describe('a port that is taken', () => {
  it('is named, and another one proposed', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    // The studio may not have been built here; that is found out first.
    const said = await sentenceOf(['serve', '--no-open', '--port', String(port)]);
    expect(said).toBe(
      `--port: expected a free port, found ${port} in use on 127.0.0.1; choose another one, or 0 for any.`,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});
