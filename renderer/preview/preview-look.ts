import type { Text } from '../../engine/declaration/text.ts';
import type { PreviewSample } from '../../engine/protocol/messages.ts';
import type { Palette } from '../charts/palette.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PreviewLook {
  readonly colors: Palette;
  readonly sample: PreviewSample | undefined;
  /** Of a data node: the sample itself, as a person would see it. */
  readonly isData: boolean;
  readonly language: keyof Text;
}
