/** What the first bytes of an image say of it, before anything is decoded. */
export interface ImageHeader {
  readonly kind: 'png' | 'jpeg' | 'webp';
  readonly width: number;
  readonly height: number;
}

/** Undefined where the bytes begin no PNG, JPEG or WebP, or end before they say how large it is. */
export const imageHeader = (bytes: Uint8Array): ImageHeader | undefined =>
  pngHeader(bytes) ?? jpegHeader(bytes) ?? webpHeader(bytes);

const signs = (bytes: Uint8Array, at: number, text: string): boolean =>
  Array.from(text).every((sign, i) => bytes[at + i] === sign.charCodeAt(0));

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

/** PNG: its signature, then the chunk IHDR with width and height. */
function pngHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < 24 || !signs(bytes, 0, '\x89PNG\r\n\x1a\n') || !signs(bytes, 12, 'IHDR'))
    return undefined;
  const view = viewOf(bytes);
  return { kind: 'png', width: view.getUint32(16), height: view.getUint32(20) };
}

/** JPEG: segments one after the other, up to the one that begins a frame. */
function jpegHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const view = viewOf(bytes);
  let at = 2;
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) at++;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    // Start of frame, of any kind but tables.
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { kind: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    } else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** WebP: RIFF, and in its first chunk a lossy frame, a lossless one, or a canvas that holds several. */
function webpHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < 30 || !signs(bytes, 0, 'RIFF') || !signs(bytes, 8, 'WEBP')) return undefined;
  const view = viewOf(bytes);
  const kind = 'webp';
  if (signs(bytes, 12, 'VP8 '))
    return { kind, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (signs(bytes, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return { kind, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (!signs(bytes, 12, 'VP8X')) return undefined;
  const three = (at: number): number => view.getUint16(at, true) + 65_536 * view.getUint8(at + 2) + 1;
  return { kind, width: three(24), height: three(27) };
}
