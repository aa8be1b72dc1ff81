import type { MarkColor } from '../../engine/document/schema.ts';
import type { Category } from '../../engine/layers/contract.ts';
import type { Picture, PictureNode, PictureNote, PictureWire } from './picture.ts';

/** The colours and the font of a picture. */
export interface Look {
  readonly background: string;
  readonly card: string;
  readonly behind: string;
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  readonly wire: string;
  readonly category: (category: Category) => string;
  readonly mark: (color: MarkColor) => string;
  readonly font: string;
}

export interface PictureOptions {
  readonly background: boolean;
  readonly shapes: boolean;
}

/** Width in pixels of a text set in a font of CSS. */
export type Measure = (text: string, font: string) => number;

export interface Svg {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

const margin = 24;
const inset = 14;
const sizes = { name: 12.5, small: 11, shape: 10.5 } as const;

/** A network as an SVG file that stands by itself: no style sheet, no font file, text as text. */
export function svgOf(picture: Picture, look: Look, options: PictureOptions, measure: Measure): Svg {
  const box = boundsOf(picture);
  const width = Math.ceil(box.right - box.left + 2 * margin);
  const height = Math.ceil(box.bottom - box.top + 2 * margin);
  const fit = fitter(look, measure);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${round(box.left - margin)} ${round(box.top - margin)} ${width} ${height}" font-family="${escaped(look.font)}" role="img">`,
    `<title>${escaped(picture.title)}</title>`,
    ...(options.background
      ? [
          `<rect x="${round(box.left - margin)}" y="${round(box.top - margin)}" width="${width}" height="${height}" fill="${look.background}"/>`,
        ]
      : []),
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5 L7.5 4 L0 7.5 Z" fill="${look.wire}"/></marker></defs>`,
    ...picture.notes.flatMap((note) => noteLines(note, look, fit)),
    `<g fill="none" stroke="${look.wire}" stroke-width="1.5">`,
    ...picture.wires.map(
      ({ path, labels }) => `<path d="${path}"${labels ? dashes : ''} marker-end="url(#tip)"/>`,
    ),
    '</g>',
    ...picture.nodes.flatMap((node) => nodeLines(node, look, fit)),
    ...(options.shapes ? shapeLines(picture.wires, look) : []),
    '</svg>',
  ];
  return { text: `${lines.join('\n')}\n`, width, height };
}

/** Texts as wide as a picture's font makes them. */
interface Fit {
  readonly widthOf: (text: string, size: number, weight?: number) => number;
  /** The text, or as much of its begin as there is room for. */
  readonly cut: (text: string, room: number, size: number, weight?: number) => string;
}

function fitter({ font }: Look, measure: Measure): Fit {
  const widthOf = (text: string, size: number, weight = 400): number =>
    measure(text, `${weight} ${size}px ${font}`);
  const cut: Fit['cut'] = (text, room, size, weight) => {
    if (widthOf(text, size, weight) <= room) return text;
    const letters = [...text];
    while (letters.length > 0 && widthOf(`${letters.join('')}…`, size, weight) > room) letters.pop();
    return letters.length === 0 ? '' : `${letters.join('').trimEnd()}…`;
  };
  return { widthOf, cut };
}

/** A mark's colour over a card or under the words of a note. */
const tint = ({ x, y, width, height }: Omit<PictureNote, 'text'>, color: string, radius: number): string =>
  `<rect x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" rx="${radius}" fill="${color}" fill-opacity="0.16" stroke="${color}"/>`;

const lineHeight = 17;

function noteLines(note: PictureNote, look: Look, { widthOf }: Fit): string[] {
  const color = note.color === undefined ? look.border : look.mark(note.color);
  const most = Math.max(1, Math.floor((note.height - 12) / lineHeight));
  const lines = wrapped(note.text, note.width - 20, (text) => widthOf(text, sizes.name)).slice(0, most);
  return [
    '<g>',
    tint(note, color, 6),
    ...lines.flatMap((line, i) =>
      label(
        note.x + 10,
        note.y + 20 + i * lineHeight,
        line,
        ` font-size="${sizes.name}" fill="${look.text}"`,
      ),
    ),
    '</g>',
  ];
}

/** Lines no wider than there is room for: broken between words, or within one that is too long or has no spaces. */
function wrapped(text: string, room: number, widthOf: (text: string) => number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const letter of paragraph) {
      if (line !== '' && widthOf(line + letter) > room) {
        const space = letter === ' ' ? line.length : line.lastIndexOf(' ');
        const isWord = space > 0 && /[\w’'-]$/.test(line) && /[\w’'-]/.test(letter);
        lines.push(isWord ? line.slice(0, space) : line.trimEnd());
        line = isWord ? line.slice(space + 1) : '';
      }
      if (line !== '' || letter !== ' ') line += letter;
    }
    return [...lines, line];
  });
}

function nodeLines(node: PictureNode, look: Look, { widthOf, cut }: Fit): string[] {
  const { x, y, width, height, isBlock, isPort } = node;
  const rect = (by: number, fill: string): string =>
    `<rect x="${round(x + by)}" y="${round(y + by)}" width="${width}" height="${height}" rx="9" fill="${fill}" stroke="${look.border}"${isPort ? dashes : ''}/>`;
  const room = width - 2 * inset;
  const name = cut(node.name, room, sizes.name, 600);
  const kind = cut(node.kind, room - widthOf(name, sizes.name, 600) - 8, sizes.small);
  const parameters = cut(node.parameters, room, sizes.small);
  const face = cut(node.face, room - widthOf(parameters, sizes.small) - 8, sizes.small);
  const [left, right, lower] = [x + inset, x + width - inset, y + height - 15];
  const muted = ` font-size="${sizes.small}" fill="${look.muted}"`;
  const end = ' text-anchor="end"';
  return [
    '<g>',
    ...(isBlock ? [rect(6, look.behind), rect(3, look.behind)] : []),
    rect(0, look.card),
    ...(node.color === undefined ? [] : [tint(node, look.mark(node.color), 9)]),
    `<path d="M${round(x + 9)} ${round(y + 1.5)} h${width - 18}" stroke="${look.category(node.category)}" stroke-width="3"/>`,
    ...label(left, y + 24, name, ` font-size="${sizes.name}" font-weight="600" fill="${look.text}"`),
    ...label(right, y + 24, kind, muted + end),
    ...label(left, lower, face, muted),
    ...label(right, lower, parameters, muted + end),
    '</g>',
  ];
}

/** Shapes stand on their wires, on a rim of the ground's colour. */
function shapeLines(wires: readonly PictureWire[], look: Look): string[] {
  return [
    `<g font-size="${sizes.shape}" fill="${look.muted}" text-anchor="middle" stroke="${look.background}" stroke-width="4" stroke-linejoin="round" paint-order="stroke">`,
    ...wires.flatMap(({ x, y, shape }) => label(x, y + 3.5, shape ?? '', '')),
    '</g>',
  ];
}

const dashes = ' stroke-dasharray="4 3"';

const label = (x: number, y: number, text: string, style: string): string[] =>
  text === '' ? [] : [`<text x="${round(x)}" y="${round(y)}"${style}>${escaped(text)}</text>`];

const round = (value: number): number => Math.round(value * 100) / 100;

function boundsOf({ nodes, wires, notes }: Picture): {
  left: number;
  top: number;
  right: number;
  bottom: number;
} {
  // A wire that goes back leaves the nodes' rectangle.
  const bends = wires.flatMap(({ path }) => pointsOf(path));
  const boxes = [...nodes, ...notes];
  const xs = [...boxes.flatMap(({ x, width }) => [x, x + width]), ...bends.map(([x]) => x)];
  const ys = [...boxes.flatMap(({ y, height }) => [y, y + height]), ...bends.map(([, y]) => y)];
  return {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs) + behind,
    bottom: Math.max(...ys) + behind,
  };
}

/** How far the stack of a block stands out. */
const behind = 6;

/** The pairs of numbers in a path of absolute commands; a curve lies between them. */
const pointsOf = (path: string): (readonly [number, number])[] =>
  [...path.matchAll(/(-?[\d.]+)[ ,]\s*(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);

const escaped = (text: string): string =>
  text
    // What XML does not take at all, however it is written.
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
