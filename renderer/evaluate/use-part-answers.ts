import { useEffect, useState } from 'react';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { Refusal } from '../../engine/protocol/refusal.ts';
import { dataNodeOf, isAskedForInput } from '../data/use-samples.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { engine, refusalOf, useRun } from '../engine/run-store.ts';
import { askInTurn } from '../engine/use-prediction.ts';
import { GatheredAnswers, type PartAnswers } from './part-answers.ts';
import type { HeldOutPart } from './shown-part.ts';

const askEveryMs = 500;
/** While it trains no more input numbers than these are asked for at a time: asking must not hold up the training. */
const numbersWhileTraining = 2 ** 18;
/** So many at a time else: whatever is asked for meanwhile waits for no more. */
const numbersAtOnce = 2 ** 20;
/** Many slices are shown as they come, so often. */
const showEveryMs = 1000;
const fewestRows = 48;

/**
 * What the run answers to the samples of a part of the document that it trains: to the first of them while it trains, to all
 * when it stands still, in slices that leave room for other questions.
 */
export function usePartAnswers(
  ring: FrameRing | undefined,
  document: NetwrightDocument | undefined,
  part: HeldOutPart,
  /** Numbers of one sample. */
  size: number,
): { readonly answers: PartAnswers | undefined; readonly refusal: Refusal | undefined } {
  const isTraining = useRun(({ phase }) => phase === 'running' || phase === 'starting');
  const [told, setTold] = useState<{ ring: FrameRing; part: HeldOutPart; answers: PartAnswers }>();
  const [refusal, setRefusal] = useState<Refusal>();
  const node = document && dataNodeOf(document)?.id;
  const against = document && isAskedForInput(document) ? 'inputs' : 'targets';
  useEffect(() => {
    if (!ring || node === undefined) {
      setTold(undefined);
      return undefined;
    }
    const rowsOf = (numbers: number): number => Math.max(1, Math.floor(numbers / Math.max(1, size)));
    const most = isTraining ? Math.max(fewestRows, rowsOf(numbersWhileTraining)) : Infinity;
    const ask = async (isWanted: () => boolean): Promise<void> => {
      try {
        let gathered: GatheredAnswers | undefined;
        let shownMs = performance.now();
        do {
          const first = gathered?.next ?? 0;
          const count = Math.min(gathered?.left ?? most, Math.max(fewestRows, rowsOf(numbersAtOnce)));
          const slice = await engine().request('predictPart', {
            run: ring.started.run,
            node,
            part,
            first,
            count,
            against,
          });
          if (!isWanted()) return;
          gathered ??= new GatheredAnswers(slice, most);
          // It went on meanwhile: a frame will say so, and it is asked anew.
          if (!gathered.add(slice)) return;
          const isDue = gathered.left === 0 || performance.now() - shownMs > showEveryMs;
          if (!isDue) continue;
          shownMs = performance.now();
          setTold({ ring, part, answers: gathered.sofar });
          setRefusal(undefined);
        } while (gathered.left > 0);
      } catch (error) {
        if (isWanted()) setRefusal(refusalOf(error));
      }
    };
    return askInTurn(ring, { ask, everyMs: askEveryMs });
  }, [ring, node, part, against, size, isTraining]);
  const isOfThese = told !== undefined && told.ring === ring && told.part === part;
  return { answers: isOfThese ? told.answers : undefined, refusal };
}
