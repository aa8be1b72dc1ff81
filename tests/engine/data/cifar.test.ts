import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, describe, expect, it } from 'vitest';
import { unpackArchive } from '../../../engine/data/readers/archive.ts';
import { cifarReader } from '../../../engine/data/readers/cifar.ts';
import { classTarget } from '../../../engine/data/sources/file-fields.ts';
import { sampleTypeOf, sourceOf } from '../../../engine/data/sources/index.ts';
import { openData, openedReport } from '../../../engine/hosts/data-files.ts';
import { fuzz } from './fuzz.ts';
import { inMemory } from './in-memory.ts';
import { refusal } from './refusal.ts';
import {
  cifar10Like,
  cifar100Like,
  cifarRecords,
  dataFolder,
  type FilesByName,
  memoryFiles,
} from './sample-files.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

const read = (files: FilesByName) => cifarReader.read(memoryFiles(files), {});

interface Entry {
  readonly name: string;
  readonly body?: Uint8Array;
  readonly type?: 'file' | 'symlink' | 'link' | 'directory' | 'character-device';
}

const tar = (entries: readonly Entry[]): Promise<Uint8Array> =>
  packTar(
    entries.map(({ name, body = new Uint8Array(), type = 'file' }) => ({
      header: {
        name,
        type,
        size: body.length,
        ...((type === 'symlink' || type === 'link') && { linkname: '/etc/passwd' }),
      },
      body,
    })),
  );

const archiveOf = (files: FilesByName, inside = 'cifar-100-binary/'): Promise<Uint8Array> =>
  tar([
    { name: inside, type: 'directory' },
    ...Object.entries(files).map(([name, body]) => ({ name: `${inside}${name}`, body })),
  ]);

describe('CIFAR-100', () => {
  it('is found with its parts and both kinds of classes, which a field chooses between', async () => {
    const { source, files } = await openData(folder.write('hundred', cifar100Like()));
    expect(source).toBe('cifar');
    expect(files).toMatchObject({ train: 60, test: 20, shape: [3, 32, 32] });
    expect(files.columns.map(({ name, values }) => [name, values.length, values[7]])).toEqual([
      ['fine', 100, 'fine 7'],
      ['coarse', 20, 'coarse 7'],
    ]);
    const cifar = sourceOf('cifar');
    if (cifar === undefined) throw new Error('CIFAR is a source');
    const classesOf = (labels: string) => sampleTypeOf(cifar, { files, scaling: 'standard', labels })?.target;
    expect(classesOf('fine')).toMatchObject({ kind: 'class', classes: { length: 100 } });
    expect(classesOf('coarse')).toMatchObject({ kind: 'class', classes: { length: 20 } });
  });

  it('groups its fine classes by the coarse ones, where all samples agree', async () => {
    const records = cifarRecords(40, 2).slice();
    for (let record = 0; record < 40; record++)
      records[record * 3074] = (records[record * 3074 + 1] ?? 0) % 5;
    const { found } = await read({ ...cifar100Like(), 'train.bin': records, 'test.bin': records });
    const [fine, coarse] = found.columns;
    expect(fine?.within).toMatchObject({ column: 'coarse', of: { length: 100 } });
    expect(fine?.within?.of[6]).toBe(1);
    expect(coarse?.within).toBeUndefined();
    const target = classTarget(fine ?? expect.fail(), found.columns);
    expect(target).toMatchObject({ groups: { names: { length: 20 } } });
    // One image that says otherwise, and there are no groups.
    records[39 * 3074] = 19;
    const other = await read({ ...cifar100Like(), 'train.bin': records, 'test.bin': records });
    expect(other.found.columns[0]?.within).toBeUndefined();
  });

  it('keeps planes and labels in their order', async () => {
    const content = await read(cifar100Like(60, 20));
    const rows = Uint32Array.from({ length: 60 }, (_, row) => row);
    const coarse = inMemory(content.samples({ scaling: 'none', labels: 'coarse' }, rows));
    const fine = inMemory(content.samples({ scaling: 'none', labels: 'fine' }, rows));
    expect(Array.from(coarse.y.subarray(0, 12))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    expect(Array.from(fine.y.subarray(0, 12))).toEqual([0, 6, 12, 18, 24, 25, 31, 37, 43, 49, 0, 6]);
    const records = cifarRecords(20, 2, 2);
    expect(coarse.x.slice(61 * 3072, 62 * 3072)).toEqual(records.slice(3074 + 2, 2 * 3074));
    expect(content.labels({ labels: 'fine' })).toEqual(fine.y);
    expect(coarse.statistics?.map(({ name }) => name)).toEqual(['red', 'green', 'blue']);
  });

  it('is the same as an archive, compressed or not, and unpacked', async () => {
    const plain = await openData(folder.path('hundred'));
    const packed = await archiveOf(cifar100Like());
    folder.write('', { 'a.tar': packed, 'b.tar.gz': gzipSync(packed) });
    for (const name of ['a.tar', 'b.tar.gz']) {
      const { files } = await openData(folder.path(name));
      expect(files).toEqual({ ...plain.files, path: folder.path(name) });
    }
  });
});

it('CIFAR-10 is found in its six files', async () => {
  const { files, report } = await openedReport(folder.write('ten', cifar10Like()));
  expect(files).toMatchObject({ train: 60, test: 10, columns: [{ name: 'label' }] });
  expect(report.classes?.[3]).toEqual({
    name: { en: 'thing 3', zh: 'thing 3' },
    train: 6,
    validation: 0,
    test: 1,
  });
  expect(report.remarks).toEqual([]);
});

describe('what cannot be used is refused in a sentence', () => {
  const bad = (files: FilesByName): Promise<string> => refusal(read(files));

  it('records that are cut off, of two kinds, or none', async () => {
    const { 'train.bin': train } = cifar100Like() as { 'train.bin': Uint8Array };
    expect(await bad({ 'train.bin': train.slice(0, -1) })).toMatch(/found 184439 bytes that are no number/);
    expect(await bad({ ...cifar100Like(), 'test.bin': cifarRecords(3, 1) })).toBe(
      '/memory/test.bin: expected records of 3074 bytes as in train.bin, found 9219 bytes: the file is cut off.',
    );
    expect(await bad({ 'train.bin': new Uint8Array() })).toContain('found 0 bytes');
  });

  it('labels out of range, by record', async () => {
    const train = cifarRecords(9, 2).slice();
    train[4 * 3074 + 1] = 100;
    expect(await bad({ 'train.bin': train })).toBe(
      '/memory/train.bin: expected labels (fine) from 0 to 99, found 100 in record 5.',
    );
  });

  it('another number of names is told, and the classes go by numbers', async () => {
    const names = new TextEncoder().encode('one\ntwo\n');
    const { found, remarks } = await read({ ...cifar10Like(), 'batches.meta.txt': names });
    expect(found.columns[0]?.values[3]).toBe('3');
    expect(remarks[0]?.en).toBe(
      '/memory/batches.meta.txt: expected 10 names, found 2; the classes go by numbers.',
    );
  });
});

describe('an archive', () => {
  const { 'train.bin': body } = cifar100Like() as { 'train.bin': Uint8Array };
  const refusedFor = async (...entries: Entry[]): Promise<string> =>
    refusal(unpackArchive(await tar([...entries, { name: 'train.bin', body }]), 'x.tar'));

  it('whose paths lead out of it is refused', async () => {
    expect(await refusedFor({ name: '../../evil', body })).toBe(
      'x.tar: expected an archive of plain files in folders of its own, found the path "../../evil".',
    );
    expect(await refusedFor({ name: 'a/../../evil', body })).toContain('found the path "a/../../evil"');
    expect(await refusedFor({ name: '/etc/evil', body })).toContain('found the path "/etc/evil"');
    expect(await refusedFor({ name: 'C:\\evil', body })).toContain('found the path');
  });

  it('with links, devices or two files of one name is refused', async () => {
    expect(await refusedFor({ name: 'a', type: 'symlink' })).toContain('found "a", a symlink');
    expect(await refusedFor({ name: 'b', type: 'link' })).toContain('found "b", a link');
    expect(await refusedFor({ name: 'c', type: 'character-device' })).toContain(
      'found "c", a character-device',
    );
    expect(await refusedFor({ name: './train.bin', body })).toContain('two files called "train.bin"');
  });

  it('that is cut off or damaged is refused', async () => {
    const whole = await archiveOf(cifar100Like());
    expect(await refusal(unpackArchive(whole.slice(0, 5000), 'x.tar'))).toMatch(
      /no tar archive that can be read/,
    );
    const damaged = whole.slice();
    damaged[512] = 0xff;
    expect(await refusal(unpackArchive(damaged, 'x.tar'))).toMatch(/no tar archive that can be read/);
  });

  it('is searched for mistakes with mutated headers, and gives files or a sentence', async () => {
    const small = { 'train.bin': cifarRecords(2, 2), 'test.bin': cifarRecords(1, 2) };
    const whole = await archiveOf(small);
    let [usable, refused] = [0, 0];
    for (let round = 0; round < 400; round++) {
      const bad = whole.slice();
      // Any byte of the headers of the folder and of the first file.
      bad[(round * 37) % 1024] = (round * 101) % 256;
      if (round % 5 === 0) bad.copyWithin(512, 1024 + round);
      const outcome = await unpackArchive(bad, 'x.tar').then(
        () => 'usable',
        () => refusal(unpackArchive(bad, 'x.tar')),
      );
      if (outcome === 'usable') usable++;
      else refused++;
    }
    expect(usable).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(100);
  });
});

it('mutated files are read or refused, and never anything else', async () => {
  const files = {
    ...cifar10Like(),
    'data_batch_1.bin': cifarRecords(4, 1),
    'data_batch_2.bin': cifarRecords(3, 1),
  };
  const params = { scaling: 'standard', labels: 'fine' };
  const { read: usable, refused } = await fuzz(cifarReader, files, 300, params);
  expect(usable).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(50);
});
