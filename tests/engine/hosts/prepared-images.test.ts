import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSize } from '../../../engine/data/readers/size-image.ts';
import { areStored } from '../../../engine/data/sources/rows.ts';
import {
  type ImagesToSize,
  PreparedImages,
  type StampedFile,
} from '../../../engine/hosts/prepared-images.ts';
import { openSet, openStoredRows } from '../../../engine/hosts/stored-rows.ts';
import { encodeJpeg, encodePng, plain } from '../data/image-files.ts';
import { refusal } from '../data/refusal.ts';

const root = mkdtempSync(join(tmpdir(), 'netwright-prepared-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let home = '';
let homes = 0;
afterEach(() => rmSync(home, { recursive: true, force: true }));

const size: ImageSize = { side: 6, fit: 'crop', channels: 3 };
const setBytes = (images: number): number => images * (108 + 4);

interface Place {
  readonly limitBytes?: number;
  readonly freeBytes?: number;
  readonly readWholeBytes?: number;
}

const place = ({ limitBytes = 1e9, freeBytes = 1e9, readWholeBytes = 2 ** 20 }: Place = {}): PreparedImages =>
  new PreparedImages({
    folder: home,
    limitBytes,
    readWholeBytes,
    freeBytes: () => Promise.resolve(freeBytes),
  });

let png: Uint8Array;
let jpeg: Uint8Array;
beforeAll(async () => {
  png = await encodePng(20, 10, plain(200, 30, 40));
  jpeg = await encodeJpeg(16, 24, plain(20, 180, 60));
});

/** Images that lie nowhere; `reads` counts how often one was read. */
function images(files: readonly Uint8Array[], path = '/photos', stamp = 'once') {
  const told = { reads: 0 };
  const asked: ImagesToSize = {
    path,
    size,
    fingerprint: () => `what ${path} holds`,
    images: files.map(
      (bytes, i): StampedFile => ({
        name: `${i}.png`,
        place: `${path}/${i}.png`,
        head: (count) => Promise.resolve(bytes.slice(0, count)),
        read: () => {
          told.reads++;
          return Promise.resolve(bytes.slice());
        },
        stamp: () => Promise.resolve(stamp),
      }),
    ),
  };
  return { asked, told };
}

const fresh = (): void => {
  home = join(root, `${homes++}`);
  mkdirSync(home);
};
const setFolders = (): string[] => readdirSync(home).map((name) => join(home, name));
const onlyFolder = (): string => {
  const [folder, ...more] = setFolders();
  expect(more).toEqual([]);
  return folder as string;
};

describe('images that are brought to size', () => {
  it('are decoded once, whoever asks, as long as no file of them changes', async () => {
    fresh();
    const { asked, told } = images([png, jpeg, png]);
    const first = await place().sized(asked);
    expect(first.rows).toHaveLength(3 * 108);
    expect([...(first.rows as Uint8Array).subarray(0, 2)]).toEqual([200, 200]);
    expect(told.reads).toBe(3);
    // As another process would, which keeps nothing in memory.
    const again = await place().sized(asked);
    expect(told.reads).toBe(3);
    expect(again).toEqual(first);
    expect(again.fingerprint).toBe('what /photos holds');
    const changed = images([png, png, png], '/photos', 'twice');
    expect((await place().sized(changed.asked)).rows).not.toEqual(first.rows);
    expect(changed.told.reads).toBe(3);
    await place().sized({ ...asked, size: { ...size, side: 5 } });
    expect(told.reads).toBe(6);
  });

  it('are decoded once where several ask at the same time, in one process or in two', async () => {
    fresh();
    const { asked, told } = images(Array.from({ length: 20 }, () => png));
    const [one, other] = [place(), place()];
    const found = await Promise.all([one.sized(asked), one.sized(asked), other.sized(asked)]);
    expect(told.reads).toBe(20);
    for (const { rows } of found) expect(rows).toEqual(found[0]?.rows);
  });

  it('are the same by many threads as by one, and tell how far they are', async () => {
    fresh();
    const shades = await Promise.all(
      Array.from({ length: 60 }, (_, i) => encodePng(9, 9, plain(4 * i, 255 - 4 * i, i))),
    );
    // Enough for threads; what is wrong with one stays with its number.
    const { asked } = images(shades.with(30, new Uint8Array(5)));
    const prepared = place();
    const told: number[] = [];
    const stop = prepared.listen(({ done, all }) => told.push(done / all));
    const { rows, wrong } = await prepared.sized(asked);
    stop();
    expect(told).toEqual(Array.from({ length: 60 }, (_, i) => (i + 1) / 60));
    expect(prepared.list()).toEqual([]);
    expect([...wrong].map(([number, { en }]) => [number, en])).toEqual([
      [30, '30.png (no PNG, JPEG or WebP)'],
    ]);
    const reds = Array.from({ length: 59 }, (_, i) => (rows as Uint8Array)[i * 108]);
    expect(reds).toEqual(Array.from({ length: 60 }, (_, i) => 4 * i).filter((_, i) => i !== 30));
  });

  it('can be cancelled: who waits is refused, nothing is left half done, and the next time it is begun anew', async () => {
    fresh();
    const { asked, told } = images(Array.from({ length: 30 }, () => png));
    const prepared = place();
    prepared.listen(({ done, path }) => done === 3 && prepared.cancel(path));
    const sentence = await refusal(prepared.sized(asked));
    expect(sentence).toBe(
      '/photos: preparing the images was cancelled; they cannot be used before it is done.',
    );
    expect(told.reads).toBeLessThan(30);
    expect(readdirSync(onlyFolder())).toEqual([]);
    expect((await place().sized(asked)).rows).toHaveLength(30 * 108);
  });
});

describe('a prepared set that is not what it was', () => {
  const damages: Readonly<Record<string, (folder: string) => void>> = {
    'a byte is another': (folder) => {
      const file = openSync(join(folder, 'rows.bin'), 'r+');
      writeSync(file, Uint8Array.of(7), 0, 1, 150);
    },
    'its end is missing': (folder) => truncateSync(join(folder, 'rows.bin'), 200),
    'its rows are gone': (folder) => rmSync(join(folder, 'rows.bin')),
    'it was never finished': (folder) => rmSync(join(folder, 'set.json')),
    'its description is cut off': (folder) => truncateSync(join(folder, 'set.json'), 20),
    'its description is of a later version': (folder) => {
      const path = join(folder, 'set.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"format":1', '"format":99'));
    },
  };
  for (const [what, damage] of Object.entries(damages)) {
    for (const readWholeBytes of [0, 2 ** 20])
      it(`is made anew: ${what}, ${readWholeBytes === 0 ? 'read row by row' : 'read whole'}`, async () => {
        fresh();
        const { asked, told } = images([png, jpeg]);
        const before = (await place().sized(asked)).rows;
        damage(onlyFolder());
        await place({ readWholeBytes }).sized(asked);
        expect(told.reads).toBe(4);
        expect((await place().sized(asked)).rows).toEqual(before);
        expect(told.reads).toBe(4);
      });
  }

  it('is found out while its rows are read, said in a sentence, and made anew the next time', async () => {
    fresh();
    const { asked, told } = images(Array.from({ length: 200 }, () => png));
    const { rows } = await place({ readWholeBytes: 0 }).sized(asked);
    if (!areStored(rows)) throw new Error('they are to be read row by row');
    const file = openSync(join(onlyFolder(), 'rows.bin'), 'r+');
    writeSync(file, Uint8Array.of(7), 0, 1, 100 * 108);
    rows.bring(99);
    const bad = await refusal(Promise.resolve().then(() => rows.bring(100)));
    expect(bad).toContain('found other bytes at row 101');
    await place().sized(asked);
    expect(told.reads).toBe(400);
  });
});

describe('what was prepared', () => {
  it('is bounded: those that nobody used for longest go first, and never one that is in use', async () => {
    fresh();
    const of = (name: string) =>
      images(
        Array.from({ length: 10 }, () => png),
        `/${name}`,
      ).asked;
    const here = place({ limitBytes: 1e9, readWholeBytes: 0 });
    const folderOf = new Map<string, string>();
    const held: unknown[] = [];
    for (const [i, name] of ['used', 'oldest', 'older'].entries()) {
      const before = new Set(setFolders());
      const opened = await here.sized(of(name));
      const folder = setFolders().find((found) => !before.has(found)) as string;
      folderOf.set(name, folder);
      // Somebody trains on the first; the others were looked at by a process that has ended.
      if (name === 'used') held.push(opened);
      else
        for (const mark of readdirSync(folder).filter((file) => file.endsWith('.use')))
          rmSync(join(folder, mark));
      utimesSync(join(folder, 'set.json'), 1000 + i, 1000 + i);
    }
    const bytes = readdirSync(folderOf.get('older') as string)
      .map((name) => statSync(join(folderOf.get('older') as string, name)).size)
      .reduce((sum, n) => sum + n);
    await place({ limitBytes: 2.9 * bytes, readWholeBytes: 0 }).sized(of('newest'));
    const isThere = (name: string): boolean => existsSync(folderOf.get(name) as string);
    expect(['used', 'oldest', 'older'].map(isThere)).toEqual([true, false, true]);
    expect(held).toHaveLength(1);
    // The mark of a process that was killed holds nothing, and goes when somebody looks there next.
    const older = folderOf.get('older') as string;
    writeFileSync(
      join(older, 'gone.use'),
      JSON.stringify({ pid: 2 ** 22, began: '1', host: hostname(), token: '' }),
    );
    await place({ readWholeBytes: 0 }).sized(of('older'));
    expect(readdirSync(older)).not.toContain('gone.use');
  });

  it('cannot be kept where nothing can be written: that is a sentence too', async () => {
    fresh();
    const { asked } = images([png, jpeg]);
    const inTheWay = join(home, 'file');
    writeFileSync(inTheWay, '');
    const prepared = new PreparedImages({
      folder: join(inTheWay, 'prepared'),
      limitBytes: 1e9,
      readWholeBytes: 0,
      freeBytes: () => Promise.resolve(1e9),
    });
    expect(await refusal(prepared.sized(asked))).toContain(
      'expected a place that can be written to, found a file',
    );
  });

  it('makes way for others where the disk is full, and says so in a sentence where that is not enough', async () => {
    fresh();
    const { asked, told } = images([png, jpeg]);
    const sentence = await refusal(place({ freeBytes: setBytes(2) - 1 }).sized(asked));
    expect(sentence).toMatch(
      /^\/photos: its images take 0\.0 GiB at this size, and the disk of .* has 0\.0 GiB left; /,
    );
    expect(told.reads).toBe(0);
    expect((await place({ freeBytes: setBytes(2) }).sized(asked)).rows).toHaveLength(216);
  });
});

describe('rows of a prepared set', () => {
  it('are the same read one by one as read whole, whatever the order', async () => {
    fresh();
    const shades = await Promise.all(
      Array.from({ length: 12 }, (_, i) => encodePng(9, 9, plain(20 * i, i, 255 - i))),
    );
    const { asked } = images(shades);
    const whole = (await place().sized(asked)).rows as Uint8Array;
    const { rows } = await place({ readWholeBytes: 0 }).sized(asked);
    if (!areStored(rows)) throw new Error('they are to be read row by row');
    const order = [3, 3, 0, 11, 0, 7, 7, 11, 2];
    for (const [i, row] of order.entries()) {
      const start = rows.bring(row);
      expect(rows.window.subarray(start, start + 108)).toEqual(whole.subarray(row * 108, (row + 1) * 108));
      const before = order[i - 1];
      if (before === undefined) continue;
      // Two are compared with each other: the one before is still there, where it was.
      const other = rows.bring(before);
      expect(rows.window.subarray(other, other + 108)).toEqual(
        whole.subarray(before * 108, (before + 1) * 108),
      );
      expect(rows.bring(row)).toBe(start);
    }
    const counts = new Float64Array(3 * 256);
    for (const [at, value] of whole.entries()) counts[256 * (Math.floor(at / 36) % 3) + value]++;
    expect(rows.counts).toEqual(counts);
    const other = openStoredRows(rows.place);
    expect(other.window.subarray(other.bring(5), other.bring(5) + 108)).toEqual(
      whole.subarray(5 * 108, 6 * 108),
    );
  });

  it('are reached beyond every limit of memory', () => {
    fresh();
    const [count, bytes] = [40_000, 3 * 256 * 256]; // 7.3 GiB
    const folder = join(home, 'large');
    mkdirSync(folder);
    const row = new Uint8Array(bytes).fill(9);
    const checks = new Uint32Array(count).fill(crc32(new Uint8Array(bytes)));
    checks[count - 2] = crc32(row);
    // What was not written takes no room on a disk.
    const file = openSync(join(folder, 'rows.bin'), 'w');
    writeSync(file, row, 0, bytes, (count - 2) * bytes);
    writeSync(file, checks, 0, undefined, count * bytes);
    const set = { format: 1, of: '/large', count, size: bytes, counts: [], wrong: [], fingerprint: '' };
    writeFileSync(join(folder, 'set.json'), JSON.stringify(set));
    const rows = openSet(folder)?.rows;
    if (rows === undefined || !areStored(rows)) throw new Error('they are to be read row by row');
    expect(rows.count).toBe(count);
    expect(rows.window[rows.bring(count - 2)]).toBe(9);
    expect(rows.window[rows.bring(count - 1)]).toBe(0);
    expect(rows.window.length).toBe(2 * bytes);
  });
});
