import { guideOf } from '../../engine/protocol/live-run-messages.ts';
import type { CurveSubject } from './curve-model.ts';

/**
 * What the dashed lines of a chart are of, as a key of `curves` in the catalogues: the validation part or the test part, or
 * both where some runs have the one and some the other.
 */
export function heldOutOf({
  ring,
  others,
}: Pick<CurveSubject, 'ring' | 'others'>): 'validation' | 'test' | 'heldOut' {
  const own = ring && (ring.started.validationCount > 0 ? 'validation' : 'test');
  const parts = new Set(
    [own, ...others.map(({ curves: { epochs } }) => epochs[0] && guideOf(epochs[0]))].filter(
      (part) => part !== undefined && part !== 'train',
    ),
  );
  const [first = 'test', other] = parts as Set<'validation' | 'test'>;
  return other === undefined ? first : 'heldOut';
}
