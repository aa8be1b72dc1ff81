import { useEffect, useRef } from 'react';
import { guideFigures, guideOf } from '../../engine/protocol/live-run-messages.ts';
import { formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { throttle } from '../engine/throttle.ts';
import { useT } from '../i18n/i18n.ts';

const everyMs = 6000;

/** Tells who cannot see the curves how far the run is, seldom enough to be listened to. */
export function Announcer({ ring }: { readonly ring: FrameRing }) {
  const t = useT();
  const region = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const announce = throttle(everyMs, () => {
      const epoch = ring.epochs.newest;
      if (!region.current || !epoch) return;
      const { loss, accuracy } = guideFigures(epoch);
      region.current.textContent = t(
        accuracy === undefined ? 'curves.announceLoss' : 'curves.announceAccuracy',
        {
          step: formatWhole(epoch.step),
          part: t(`curves.${guideOf(epoch)}`),
          loss: formatFigure(loss),
          accuracy: formatShare(accuracy),
        },
      );
    });
    const unsubscribe = ring.subscribe(announce);
    return () => {
      unsubscribe();
      announce.cancel();
    };
  }, [ring, t]);
  return <p ref={region} className="visually-hidden" aria-live="polite" />;
}
