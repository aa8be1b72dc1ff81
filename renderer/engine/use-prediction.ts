import { useEffect, useState } from 'react';
import type { Prediction, Refusal } from '../../engine/protocol/messages.ts';
import type { FrameRing } from './frame-ring.ts';
import { engine, refusalOf } from './run-store.ts';

export interface Questions {
  /** [rows, …input shape] */
  readonly x: Float32Array;
  readonly rows: number;
}

export interface Answered {
  readonly questions: Questions;
  readonly prediction: Prediction;
}

/**
 * What the run answers to the questions with its weights of the moment: asked again when they have changed, at most
 * once per interval and never twice at a time.
 */
export function usePrediction(
  ring: FrameRing | undefined,
  questions: Questions | undefined,
  everyMs: number,
): { readonly answered: Answered | undefined; readonly refusal: Refusal | undefined } {
  const [answered, setAnswered] = useState<Answered>();
  const [refusal, setRefusal] = useState<Refusal>();
  useEffect(() => {
    if (!ring || !questions) {
      setAnswered(undefined);
      return undefined;
    }
    let current = true;
    let busy = false;
    let askedStep = -1;
    let askedMs = -Infinity;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const ask = async (): Promise<void> => {
      timer = undefined;
      if (!current || busy || document.hidden) return;
      busy = true;
      askedMs = performance.now();
      askedStep = ring.latest?.step ?? 0;
      try {
        const { x, rows } = questions;
        const prediction = await engine().request('predict', { run: ring.started.run, x, rows });
        if (current) {
          setAnswered({ questions, prediction });
          setRefusal(undefined);
        }
      } catch (error) {
        if (current) setRefusal(refusalOf(error));
      }
      busy = false;
      if ((ring.latest?.step ?? 0) !== askedStep) schedule();
    };
    const schedule = (): void => {
      if (!current || busy || timer !== undefined) return;
      timer = setTimeout(() => void ask(), Math.max(0, askedMs + everyMs - performance.now()));
    };
    const unsubscribe = ring.subscribe(() => {
      if ((ring.latest?.step ?? 0) !== askedStep) schedule();
    });
    document.addEventListener('visibilitychange', schedule);
    schedule();
    return () => {
      current = false;
      clearTimeout(timer);
      unsubscribe();
      document.removeEventListener('visibilitychange', schedule);
    };
  }, [ring, questions, everyMs]);
  return { answered, refusal };
}
