/** How the cells of tables are written. */

/** What stands for a value that is not known. */
export const isMissing = (cell: string): boolean =>
  cell.length <= 4 &&
  !isDigit(cell.charCodeAt(0)) &&
  /^(|\?|na|n\/a|#n\/a|<na>|nan|null|none|\.|--?)$/i.test(cell);

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** No number of so few characters is larger than a float32 holds. */
const mostPlain = 38;

/**
 * Whether a cell is digits alone, or digits with one point among them, be there a sign before them or not. Most cells of
 * large tables are one or the other, and regular expressions take several times as long to say so.
 */
export function digitsIn(cell: string): 'whole' | 'decimal' | undefined {
  const { length } = cell;
  if (length > mostPlain) return undefined;
  const sign = cell.charCodeAt(0);
  const first = sign === 43 || sign === 45 ? 1 : 0;
  if (first === length || !isDigit(cell.charCodeAt(length - 1))) return undefined;
  let point = 0;
  for (let i = first; i < length; i++) {
    const code = cell.charCodeAt(i);
    if (isDigit(code)) continue;
    if (code !== 46 || point > 0 || i === first) return undefined;
    point = i;
  }
  return point > 0 ? 'decimal' : 'whole';
}

export const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number, an amount or a date, however it is written. */
export const isFigure = (cell: string): boolean =>
  plainNumber.test(cell) || /^[^\p{L}]*\d[^\p{L}]*$/u.test(cell);

export const infinity = /^[+-]?inf(inity)?$/i;

/** Undefined for a cell that is not written so. */
export type Way = (cell: string) => number | undefined;

const largest = 3.4e38;
const dayMs = 86_400_000;

export const isFinite32 = (value: number): boolean => Math.abs(value) <= largest;

const finite = (value: number): number | undefined => (isFinite32(value) ? value : undefined);

const asNumber = (cell: string): number | undefined =>
  digitsIn(cell) !== undefined || plainNumber.test(cell) ? finite(Number(cell)) : undefined;

/** `1,234,567.5`: groups of three, as English writes large numbers; others of the column may have none. */
const asThousands = (cell: string): number | undefined => {
  if (digitsIn(cell) !== undefined) return Number(cell);
  const bare = withoutUnit(cell);
  return /^[+-]?(\d+|\d{1,3}([,\u0020\u00a0\u202f’']\d{3})+)(\.\d+)?$/.test(bare)
    ? finite(Number(bare.replaceAll(/[^\d.+-]/g, '')))
    : undefined;
};

/** `3,14`, as half of Europe writes it, and `1.234,5`. */
const asCommaNumber = (cell: string): number | undefined => {
  if (digitsIn(cell) === 'whole') return Number(cell);
  const bare = withoutUnit(cell);
  return /^[+-]?(\d+|\d{1,3}([.\u0020\u00a0\u202f’']\d{3})+)(,\d+)?$/.test(bare)
    ? finite(Number(bare.replaceAll(/[^\d,+-]/g, '').replace(',', '.')))
    : undefined;
};

/** Money and shares are numbers in their unit; a minus may be a character of its own. */
const withoutUnit = (cell: string): string =>
  /^[+-]?\d.*\d$/.test(cell)
    ? cell
    : cell
        .replace('−', '-')
        .replace(/^([+-]?)[$€£¥￥]\s?/, '$1')
        .replace(/\s?[%€]$/, '');

const timeOfDay = String.raw`(?:[ T](?<h>\d{1,2}):(?<min>\d{2})(?::(?<s>\d{2})(?:\.\d+)?)?(?: ?(?<half>[AP])M)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?`;
const dateForms = [
  String.raw`(?<y>\d{4})[-/](?<m>\d{1,2})[-/](?<d>\d{1,2})`,
  String.raw`(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>\d{4})`,
  String.raw`(?<y>\d{4})年(?<m>\d{1,2})月(?<d>\d{1,2})日`,
  String.raw`(?<d>\d{1,2})[- ](?<name>[a-z]{3,9})[- ](?<y>\d{4})`,
  String.raw`(?<name>[a-z]{3,9}) (?<d>\d{1,2}),? (?<y>\d{4})`,
].map((form) => new RegExp(`^${form}${timeOfDay}$`, 'i'));

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** Of a name, or of the first three letters of one. */
const monthNamed = (name: string): number =>
  1 + months.findIndex((month) => month === name.toLowerCase() || month.slice(0, 3) === name.toLowerCase());

/** `12/31/2020` of the United States, and `31/12/2020` of most others: which it is, the whole column says. */
const asMonthFirst = (cell: string): number | undefined => asSlashed(cell, 1, 2);
const asDayFirst = (cell: string): number | undefined => asSlashed(cell, 2, 1);

function asSlashed(cell: string, month: number, day: number): number | undefined {
  const parts = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})([ T].*)?$/.exec(cell);
  return parts === null ? undefined : asDay(`${parts[3]}-${parts[month]}-${parts[day]}${parts[4] ?? ''}`);
}

/** Days since the beginning of 1970; a zone is passed over, for rows of one table have the same. */
function asDay(cell: string): number | undefined {
  for (const form of dateForms) {
    const { groups } = form.exec(cell) ?? {};
    if (groups === undefined) continue;
    const { y, m, name = '', d, h = 0, min = 0, s = 0, half } = groups;
    const [year, month, day] = [Number(y), m === undefined ? monthNamed(name) : Number(m), Number(d)];
    const hour = half === undefined ? Number(h) : (Number(h) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
    const ms = Date.UTC(year, month - 1, day, hour, Number(min), Number(s));
    // 31 February would be a day of March.
    return new Date(ms).getUTCMonth() === month - 1 && day >= 1 ? ms / dayMs : undefined;
  }
  return undefined;
}

/** `31/12/99`, `12/31/99` and `99/12/31`, with strokes, dashes or, in two digits each, full stops. */
const asShort =
  (year: number, month: number, day: number): Way =>
  (cell) => {
    const [, a = '', mark, b = '', c = '', time = ''] =
      /^(\d{1,2})([-/.])(\d{1,2})\2(\d{1,2})([ T].*)?$/.exec(cell) ?? [];
    const parts = [a, b, c];
    const written = parts[year] ?? '';
    if (written.length !== 2 || (mark === '.' && parts.some(({ length }) => length !== 2))) return undefined;
    const whole = inCentury(Number(written));
    return whole === undefined ? undefined : asDay(`${whole}-${parts[month]}-${parts[day]}${time}`);
  };

const asShortNamed: Way = (cell) => {
  const [, front, year, time = ''] = /^(\d{1,2}[- ][a-z]{3,9}[- ])(\d{2})([ T].*)?$/i.exec(cell) ?? [];
  const whole = year === undefined ? undefined : inCentury(Number(year));
  return whole === undefined ? undefined : asDay(`${front}${whole}${time}`);
};

/** Undefined for those that may be of this century as well as of the last. */
const inCentury = (year: number): number | undefined =>
  year < 40 ? 2000 + year : year >= 60 ? 1900 + year : undefined;

/** In the order in which they are tried. Where commas stand between the cells, one within a number is not the decimal point. */
export const numberWays = (delimiter: string): readonly Way[] =>
  delimiter === ',' ? [asNumber, asThousands, asCommaNumber] : [asNumber, asCommaNumber, asThousands];

export const dayWays: readonly Way[] = [asDay, asMonthFirst, asDayFirst];

/** Days with years of two digits: they are days where just one of these reads a whole column. */
export const shortDayWays: readonly Way[] = [
  asShort(2, 1, 0),
  asShort(2, 0, 1),
  asShort(0, 1, 2),
  asShortNamed,
];
