import { text } from '../../declaration/text.ts';
import { dataError } from './contract.ts';

/**
 * Text in the encoding that its bytes speak for: a mark at its start, else UTF-8 where that fits, else GB 18030 where bytes
 * above ASCII come in the pairs that Chinese is written in, else Windows-1252. Throws a NetwrightError where it is no text.
 */
export function decodeText(bytes: Uint8Array, place: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoded('utf-16le', bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoded('utf-16be', bytes);
  if (bytes.includes(0)) {
    throw dataError(
      'not-text',
      place,
      text('expected text, found bytes that are none', '此处应为文本，实际为其他字节'),
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decoded(isChinese(bytes) ? 'gb18030' : 'windows-1252', bytes);
  }
}

const decoded = (encoding: string, bytes: Uint8Array): string => new TextDecoder(encoding).decode(bytes);

/** How many of the bytes above ASCII stand in pairs of GB 2312; accents of European texts stand alone. */
function isChinese(bytes: Uint8Array): boolean {
  let [paired, alone] = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    if ((bytes[i] as number) < 0x80) continue;
    if ((bytes[i] as number) >= 0xa1 && (bytes[i + 1] ?? 0) >= 0xa1) {
      paired += 2;
      i++;
    } else alone++;
  }
  return paired > 4 * alone;
}
