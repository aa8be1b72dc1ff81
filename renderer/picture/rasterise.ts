import type { Svg } from './svg.ts';

/** Browsers draw no larger canvas. */
const mostPixels = 16_384;

/** Pixels of a picture at so many to a unit; fewer where it would be larger than a canvas can be. */
export function pixelsOf({ width, height }: Svg, scale: number): { width: number; height: number } {
  const possible = Math.min(scale, mostPixels / width, mostPixels / height);
  return {
    width: Math.max(1, Math.floor(width * possible)),
    height: Math.max(1, Math.floor(height * possible)),
  };
}

/** The picture as a PNG file. Throws where the browser cannot draw it. */
export async function rasterise(svg: Svg, scale: number): Promise<Uint8Array> {
  const { width, height } = pixelsOf(svg, scale);
  const url = URL.createObjectURL(new Blob([svg.text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    canvas.getContext('2d')?.drawImage(image, 0, 0, width, height);
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/png');
    });
    if (blob === null) throw new Error(`a picture of ${width} × ${height} pixels`);
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}
