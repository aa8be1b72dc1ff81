import { type Params, paramText } from '../../declaration/fields.ts';
import { listed, type Text, text } from '../../declaration/text.ts';
import { byteContent } from './bytes.ts';
import {
  dataError,
  type Reader,
  requireSampleMemory,
  type SourceFile,
  type SourceFiles,
} from './contract.ts';
import { imageHeader } from './image-header.ts';
import { type LabelledImage, labelsFromTables, type TableLabels } from './image-labels.ts';
import { partNamed, partOrder, settled } from './parts.ts';
import { resizeTo } from './resize.ts';

const endings = /\.(png|jpe?g|jfif|webp)$/i;
const mostFileBytes = 2 ** 28;
/** An image lies in memory whole before it is made smaller. */
const mostPixels = 50_000_000;
const longestSide = 30_000;
const toldByName = 3;

/** Folders are classes; where they lie in folders for training, validation and testing, these are the parts. */
function labelled({ files }: SourceFiles): readonly LabelledImage[] {
  const images = files.filter(({ name }) => endings.test(name) && name.includes('/'));
  const paths = images.map(({ name }) => name.split('/'));
  // What all have in common says nothing.
  let depth = 0;
  while (
    paths.length > 0 &&
    paths.every((path) => path.length > depth + 2 && path[depth] === paths[0]?.[depth])
  )
    depth++;
  const tops = paths.map((path) => path[depth] as string);
  const parts = settled(tops.map(partNamed));
  const hasParts = parts.includes('train') && parts.includes('test');
  return images.flatMap((file, i) => {
    const path = paths[i] as string[];
    const top = path[depth] as string;
    if (!hasParts) return [{ file, label: top, part: 'train' }];
    const part = parts[i];
    return path.length < depth + 3 || part === undefined
      ? []
      : [{ file, label: path[depth + 1] as string, part }];
  });
}

/** One of each class after the other, so that the first ones show something of all. */
function inTurn(images: readonly LabelledImage[]): readonly LabelledImage[] {
  const seen = new Map<string, number>();
  const turns = images.map((image) => {
    const turn = seen.get(image.label) ?? 0;
    seen.set(image.label, turn + 1);
    return { image, turn };
  });
  return turns.toSorted((a, b) => a.turn - b.turn).map(({ image }) => image);
}

export const imagesReader: Reader = {
  type: 'images',
  readBy: ['side', 'fit', 'colour'],
  recognises: ({ files, chosen }) =>
    Promise.resolve(chosen === undefined && files.some(({ name }) => endings.test(name))),
  async read(source, params) {
    const found = source.files.filter(({ name }) => endings.test(name));
    const table = await labelsFromTables(source.files, found);
    const all = table?.images ?? labelled(source);
    const classes = [...new Set(all.map(({ label }) => label))].toSorted((a, b) => (a < b ? -1 : 1));
    if (classes.length < 2) throw tooFewClasses(source, classes, table);
    const ordered = partOrder.flatMap((wanted) => inTurn(all.filter(({ part }) => part === wanted)));
    const { side, fit, channels } = choicesOf(params);
    const size = channels * side * side;
    requireSampleMemory(ordered.length * size, source.path);
    const x = new Uint8Array(ordered.length * size); // [count, C, side, side]
    const labels: number[] = [];
    const broken: Text[] = [];
    const counts = { train: 0, validation: 0, test: 0 };
    for (const { file, label, part } of ordered) {
      const wrong = await decodeInto(source, file, (pixels) =>
        resizeTo(pixels, side, fit, channels, x, labels.length * size),
      );
      if (wrong !== undefined) broken.push(wrong);
      else {
        labels.push(classes.indexOf(label));
        counts[part]++;
      }
    }
    const count = labels.length;
    if (counts.train < 2) throw nothingLeft(source, broken);
    return byteContent(
      {
        count,
        shape: [channels, side, side],
        x: x.subarray(0, count * size),
        ...counts,
        columns: [
          {
            name: table?.column ?? 'folder',
            values: classes.map((name) => name.slice(0, 200)),
            labels: Int32Array.from(labels),
          },
        ],
      },
      [...brokenImages(broken), ...(table?.remarks ?? foldersWithout(source, classes))],
    );
  },
};

function choicesOf(params: Params): { side: number; fit: 'crop' | 'stretch'; channels: 1 | 3 } {
  const side = typeof params['side'] === 'number' ? params['side'] : 64;
  return {
    side,
    fit: paramText(params['fit']) === 'stretch' ? 'stretch' : 'crop',
    channels: paramText(params['colour']) === 'grey' ? 1 : 3,
  };
}

/** What is wrong with an image; undefined when it was handed on. Its size is known before it is decoded. */
async function decodeInto(
  { decodeImage }: SourceFiles,
  file: SourceFile,
  use: (pixels: Awaited<ReturnType<SourceFiles['decodeImage']>>) => void,
): Promise<Text | undefined> {
  const bytes = await file.read(mostFileBytes);
  const header = imageHeader(bytes);
  const about = (en: string, zh: string): Text => text(`${file.name} (${en})`, `${file.name}（${zh}）`);
  if (header === undefined) return about('no PNG, JPEG or WebP', '不是 PNG、JPEG 或 WebP');
  const { width, height, kind } = header;
  if (width < 1 || height < 1) return about(`${width}×${height} pixels`, `${width}×${height} 像素`);
  if (width * height > mostPixels || Math.max(width, height) > longestSide) {
    const most = mostPixels / 1e6;
    return about(
      `${width}×${height}, more than ${most} megapixels`,
      `${width}×${height}，超过 ${most} 百万像素`,
    );
  }
  try {
    const pixels = await decodeImage(kind, bytes);
    if (pixels.width < 1 || pixels.height < 1) return about('no pixels', '没有像素');
    use(pixels);
    return undefined;
  } catch {
    return about('damaged or cut off', '已损坏或不完整');
  }
}

const brokenImages = (broken: readonly Text[]): Text[] =>
  broken.length === 0
    ? []
    : [
        text(
          `Left out, because they cannot be used: ${broken.length} images: ${listed(broken, toldByName).en}.`,
          `有 ${broken.length} 张图像无法使用，已略过：${listed(broken, toldByName).zh}。`,
        ),
      ];

/** Folders beside the classes in which there is no image. */
function foldersWithout({ folders }: SourceFiles, classes: readonly string[]): Text[] {
  const known = new Set(classes);
  const beside = new Set(folders.filter((name) => known.has(name.split('/').at(-1) ?? '')).map(parentOf));
  const empty = folders
    .filter((name) => beside.has(parentOf(name)) && !known.has(name.split('/').at(-1) ?? ''))
    .map((name) => text(name, name));
  if (empty.length === 0) return [];
  return [
    text(
      `No class, because there is no image in it: ${listed(empty, toldByName).en}.`,
      `以下文件夹中没有图像，未作为类别：${listed(empty, toldByName).zh}。`,
    ),
  ];
}

const parentOf = (name: string): string => name.split('/').slice(0, -1).join('/');

function tooFewClasses(
  { path }: SourceFiles,
  classes: readonly string[],
  table: TableLabels | undefined,
): Error {
  const found =
    classes.length === 0 ? text('none', '没有') : text(`only "${classes[0]}"`, `只有“${classes[0]}”`);
  const [said] = table?.remarks ?? [];
  const why =
    said === undefined
      ? text('', '')
      : text(`; ${said.en.replace(/\.$/, '')}`, `；${said.zh.replace(/。$/, '')}`);
  return dataError(
    'images-classes',
    path,
    text(
      `expected a folder of images for each of at least two classes, or a table of their names and labels, found ${found.en}${why.en}`,
      `至少应有两个类别：每类一个图像文件夹，或一个列出图像名称与标签的表格，实际${found.zh}${why.zh}`,
    ),
  );
}

const nothingLeft = ({ path }: SourceFiles, broken: readonly Text[]): Error =>
  dataError(
    'images-none',
    path,
    text(
      `expected images to train on, found none that can be used: ${listed(broken, toldByName).en}`,
      `应有可用于训练的图像，但没有可用的：${listed(broken, toldByName).zh}`,
    ),
  );
