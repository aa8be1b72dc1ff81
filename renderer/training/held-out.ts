import { guideOf } from '../../engine/protocol/live-run-messages.ts';
import type { Palette } from '../charts/palette.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import type { Overlaid } from '../runs/overlaid.ts';

interface Runs {
  readonly ring: FrameRing | undefined;
  readonly others: readonly Overlaid[];
}

export type HeldOut = 'validation' | 'test' | 'heldOut';

/**
 * What the dashed lines of a chart are of, as a key of `curves` in the catalogues: the validation part or the test part, or
 * both where some runs have the one and some the other.
 */
export function heldOutOf({ ring, others }: Runs): HeldOut {
  const own = ring && (ring.started.validationCount > 0 ? 'validation' : 'test');
  const parts = new Set(
    [own, ...others.map(({ curves: { epochs } }) => epochs[0] && guideOf(epochs[0]))].filter(
      (part) => part !== undefined && part !== 'train',
    ),
  );
  const [first = 'test', other] = parts as Set<'validation' | 'test'>;
  return other === undefined ? first : 'heldOut';
}

/** The colours of a chart whose dashed lines are of that part. */
export const heldOutColors = (colors: Palette, held: HeldOut): Palette =>
  held === 'validation' ? { ...colors, test: colors.validation } : colors;
