import { commonChinese, commonJapanese, commonKorean } from './common-characters.ts';

/** How the bytes of a text may be written that are no Unicode. */
export type LegacyEncoding = 'gb18030' | 'big5' | 'shift_jis' | 'euc-jp' | 'euc-kr' | 'windows-1252';

/** How likely a character of two bytes is, by where it stands in its table: those in use, those that are rare, and no character. */
type Likely = 'usual' | 'rare' | 'odd' | undefined;

interface DoubleByte {
  readonly encoding: LegacyEncoding;
  readonly pair: (lead: number, trail: number) => Likely;
  /** Bytes above ASCII that are characters by themselves. */
  readonly isSingle?: (byte: number) => boolean;
  readonly common: ReadonlySet<string>;
  /** Points that it has to be ahead by. */
  readonly seldom?: number;
}

const within = (byte: number, first: number, last: number): boolean => byte >= first && byte <= last;
const isUpper = (trail: number): boolean => within(trail, 0xa1, 0xfe);

/** In the order in which they are taken where nothing tells them apart. */
const doubleBytes: readonly DoubleByte[] = [
  {
    // GB 2312: signs, the characters of level 1 by their sound, those of level 2 by their form; the rest is of GBK.
    encoding: 'gb18030',
    common: commonChinese,
    pair(lead, trail) {
      if (!within(lead, 0x81, 0xfe) || !within(trail, 0x40, 0xfe) || trail === 0x7f) return undefined;
      if (!isUpper(trail)) return 'odd';
      if (within(lead, 0xb0, 0xd7) || lead === 0xa1 || lead === 0xa3) return 'usual';
      return within(lead, 0xd8, 0xf7) ? 'rare' : 'odd';
    },
  },
  {
    encoding: 'big5',
    common: commonChinese,
    pair(lead, trail) {
      const isTrail = within(trail, 0x40, 0x7e) || isUpper(trail);
      if (!within(lead, 0x81, 0xfe) || !isTrail) return undefined;
      if (within(lead, 0xa1, 0xc6)) return 'usual';
      return within(lead, 0xc9, 0xf9) ? 'rare' : 'odd';
    },
  },
  {
    // JIS X 0208, moved: signs, hiragana, katakana, then the two levels.
    encoding: 'shift_jis',
    common: commonJapanese,
    isSingle: (byte) => within(byte, 0xa1, 0xdf),
    pair(lead, trail) {
      const isLead = within(lead, 0x81, 0x9f) || within(lead, 0xe0, 0xfc);
      if (!isLead || !within(trail, 0x40, 0xfc) || trail === 0x7f) return undefined;
      if (lead <= 0x83 || within(lead, 0x89, 0x97)) return 'usual';
      if (lead === 0x88) return trail >= 0x9f ? 'usual' : 'odd';
      if (lead === 0x98) return trail <= 0x72 ? 'usual' : 'rare';
      return within(lead, 0x99, 0x9f) || within(lead, 0xe0, 0xea) ? 'rare' : 'odd';
    },
  },
  {
    // Few tables are written so, and a word or two of others look like it.
    encoding: 'euc-jp',
    seldom: 0.15,
    common: commonJapanese,
    pair(lead, trail) {
      if (lead === 0x8e) return within(trail, 0xa1, 0xdf) ? 'odd' : undefined;
      if (!within(lead, 0xa1, 0xfe) || !isUpper(trail)) return undefined;
      if (within(lead, 0xb0, 0xcf) || lead === 0xa1 || within(lead, 0xa3, 0xa5)) return 'usual';
      return within(lead, 0xd0, 0xf4) ? 'rare' : 'odd';
    },
  },
  {
    // KS X 1001: signs, syllables, Chinese characters; the rest is of the code page that Windows has.
    encoding: 'euc-kr',
    common: commonKorean,
    pair(lead, trail) {
      const isTrail = within(trail, 0x41, 0x5a) || within(trail, 0x61, 0x7a) || within(trail, 0x81, 0xfe);
      if (!within(lead, 0x81, 0xfe) || !isTrail) return undefined;
      if (!isUpper(trail)) return 'odd';
      if (within(lead, 0xb0, 0xc8) || lead === 0xa1 || lead === 0xa3) return 'usual';
      return within(lead, 0xca, 0xfd) ? 'rare' : 'odd';
    },
  },
];

const points = { common: 1, usual: 0.5, rare: 0.25, single: 0.1, odd: 0, none: -1 } as const;
/** More than characters that are in use but never common: dashes and quotes of Windows make such. */
const leastPoints = 0.52;
/** As many bytes of lines with others than ASCII are looked at. */
const sampleBytes = 2 ** 18;

/** The encoding in which the bytes make the most of characters that are in use; Windows-1252 where they do in none. */
export function guessEncoding(bytes: Uint8Array): LegacyEncoding {
  const sample = linesAboveAscii(bytes);
  let best: { encoding: LegacyEncoding; score: number } = { encoding: 'windows-1252', score: leastPoints };
  for (const form of doubleBytes) {
    const score = scoreOf(form, sample) - (form.seldom ?? 0);
    if (score > best.score) best = { encoding: form.encoding, score };
  }
  return best.encoding;
}

function linesAboveAscii(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(Math.min(bytes.length, sampleBytes));
  let [length, start, isAbove] = [0, 0, false];
  for (let i = 0; i < bytes.length && length < sample.length; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x80) isAbove = true;
    if (byte !== 0x0a && i < bytes.length - 1) continue;
    if (isAbove) {
      const line = bytes.subarray(start, Math.min(i + 1, start + sample.length - length));
      sample.set(line, length);
      length += line.length;
    }
    [start, isAbove] = [i + 1, false];
  }
  return sample.subarray(0, length);
}

const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && (within(byte, 0x41, 0x5a) || within(byte, 0x61, 0x7a));

/** Points for each character above ASCII, on average. */
function scoreOf({ encoding, pair, isSingle, common }: DoubleByte, bytes: Uint8Array): number {
  let [sum, count] = [0, 0];
  const usual: number[] = [];
  const doubtful: number[] = [];
  let isBehind = false;
  for (let i = 0; i < bytes.length; ) {
    const byte = bytes[i] as number;
    if (byte < 0x80) {
      isBehind = false;
      i++;
      continue;
    }
    count++;
    const trail = bytes[i + 1] ?? 0;
    const likely = pair(byte, trail);
    if (likely === undefined) {
      isBehind = isSingle?.(byte) === true;
      sum += isBehind ? points.single : points.none;
      i++;
      continue;
    }
    const next = bytes[i + 2];
    // An accent between letters, or a sign before one, makes such a pair by chance.
    const isAlone = !isBehind && (next ?? 0) < 0x80;
    const isChance = isAlone && (trail < 0x80 || isLetter(bytes[i - 1]) || isLetter(next));
    if (!isChance) sum += points[likely];
    if (likely === 'usual') (isChance ? doubtful : usual).push(byte, trail);
    isBehind = true;
    i += 2;
  }
  const commonAmong = (pairs: readonly number[]): number =>
    [...new TextDecoder(encoding).decode(Uint8Array.from(pairs))].filter((character) => common.has(character))
      .length;
  sum += (points.common - points.usual) * (commonAmong(usual) + commonAmong(doubtful));
  return count === 0 ? 0 : sum / count;
}
