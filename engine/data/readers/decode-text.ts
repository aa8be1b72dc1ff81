import { text } from '../../declaration/text.ts';
import { dataError } from './contract.ts';
import { guessEncoding, type LegacyEncoding } from './guess-encoding.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | LegacyEncoding;

/**
 * The encoding that the bytes of a text speak for: a mark at its start, else UTF-16 where every other byte is 0, else UTF-8
 * where that fits, else the likeliest of those before Unicode. Throws a NetwrightError where it is no text.
 */
export function encodingOf(bytes: Uint8Array, place: string): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes.includes(0)) {
    const wide = unmarkedWide(bytes);
    if (wide !== undefined) return wide;
    throw dataError(
      'not-text',
      place,
      text('expected text, found bytes that are none', '此处应为文本，实际为其他字节'),
    );
  }
  return isUtf8(bytes) ? 'utf-8' : guessEncoding(bytes);
}

export function decoded(encoding: Encoding, bytes: Uint8Array): string {
  const text = new TextDecoder(encoding).decode(bytes);
  // Some versions of Node leave these bytes as they are in Latin-1, where they are no characters.
  return encoding === 'windows-1252' ? text.replace(/[\u0080-\u009f]/g, windowsCharacter) : text;
}

/** What Windows-1252 has for the bytes 0x80 to 0x9f (WHATWG Encoding); a blank where it has nothing. */
const windowsCharacters = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const windowsCharacter = (control: string): string =>
  windowsCharacters[control.charCodeAt(0) - 0x80] as string;

/** Of Latin letters and digits in two bytes each, one is always 0 and the other never. */
function unmarkedWide(bytes: Uint8Array): Encoding | undefined {
  const zeros = [0, 0] as [number, number];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) zeros[(i % 2) as 0 | 1]++;
  const [high, low] = zeros;
  const isMost = high + low > bytes.length / 4 && bytes.length % 2 === 0;
  if (!isMost || (high > 0 && low > 0)) return undefined;
  return low > 0 ? 'utf-16le' : 'utf-16be';
}

const pieceBytes = 2 ** 20;

function isUtf8(bytes: Uint8Array): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += pieceBytes)
      decoder.decode(bytes.subarray(at, at + pieceBytes), { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}
