import { NetwrightError } from '../../engine/declaration/problem.ts';
import { text } from '../../engine/declaration/text.ts';
import type { Box } from '../charts/picture-input.ts';

/** Throws a NetwrightError for a file that is no picture. */
export async function decodePicture(file: Blob): Promise<ImageBitmap> {
  const name = file instanceof File ? file.name : file.type;
  return await createImageBitmap(file).catch(() => {
    throw new NetwrightError(
      'no-picture',
      text(
        `${name}: expected a picture (PNG, JPEG or WebP), found something else.`,
        `${name}：应为图片（PNG、JPEG 或 WebP），实际为其他内容。`,
      ),
    );
  });
}

/** The middle of a picture, as large as the place for it; what is transparent is seen on white, as a page shows it. */
export function drawCovering(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  picture: ImageBitmap,
  to: { readonly width: number; readonly height: number },
): void {
  context.fillStyle = '#fff';
  context.fillRect(0, 0, to.width, to.height);
  const { x, y, width, height } = coveringBox(picture, to);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, x, y, width, height, 0, 0, to.width, to.height);
}

/** The middle of a picture, in the proportions of another: what is left when it is to fill that one. */
export function coveringBox(
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
): Box {
  const scale = Math.min(from.width / to.width, from.height / to.height);
  const [width, height] = [to.width * scale, to.height * scale];
  return { x: (from.width - width) / 2, y: (from.height - height) / 2, width, height };
}
