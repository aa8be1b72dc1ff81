import { useEffect, useRef, useState } from 'react';
import type { Prediction } from '../../engine/protocol/live-run-messages.ts';
import type { Refusal } from '../../engine/protocol/refusal.ts';
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

/** The engine is left alone for so many times as long as its last answer took, though never for longer than this. */
const restFactor = 8;
const mostRestMs = 3000;

const ignore = (): void => undefined;

interface Asking {
  /** `isWanted` turns false when nobody waits for the answer any more. */
  readonly ask: (isWanted: () => boolean) => Promise<void>;
  readonly everyMs: number;
  /** What is waited for before. */
  readonly before?: () => Promise<void>;
}

/**
 * Asks at once and again when the run has gone on, at most once per interval, more seldom where answers take long; nothing
 * while nobody sees it. Hands back what puts an end to it.
 */
export function askInTurn(ring: FrameRing, { ask, everyMs, before }: Asking): () => void {
  let current = true;
  let busy = false;
  let askedStep = -1;
  let nextMs = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isWanted = (): boolean => current;

  const askNow = async (): Promise<void> => {
    timer = undefined;
    if (!current || busy || document.hidden) return;
    busy = true;
    await before?.();
    if (!current) return;
    const askedMs = performance.now();
    askedStep = ring.latest?.step ?? 0;
    await ask(isWanted);
    busy = false;
    const tookMs = performance.now() - askedMs;
    nextMs = askedMs + Math.max(everyMs, tookMs + Math.min(mostRestMs, restFactor * tookMs));
    if ((ring.latest?.step ?? 0) !== askedStep) schedule();
  };
  const schedule = (): void => {
    if (!current || busy || timer !== undefined) return;
    timer = setTimeout(() => void askNow(), Math.max(0, nextMs - performance.now()));
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
}

/**
 * What the run answers to the questions with its weights of the moment: asked again when they have changed, at most
 * once per interval, more seldom where answers take long. Other questions are asked at once, but never two at a time: those
 * that came meanwhile and were replaced are never asked.
 */
export function usePrediction(
  ring: FrameRing | undefined,
  questions: Questions | undefined,
  everyMs: number,
): { readonly answered: Answered | undefined; readonly refusal: Refusal | undefined } {
  const [answered, setAnswered] = useState<Answered>();
  const [refusal, setRefusal] = useState<Refusal>();
  /** Settles when the engine has answered whatever was asked last. */
  const asking = useRef<Promise<void>>(Promise.resolve());
  useEffect(() => {
    if (!ring || !questions) {
      setAnswered(undefined);
      return undefined;
    }
    const ask = async (isWanted: () => boolean): Promise<void> => {
      try {
        const { x, rows } = questions;
        const request = engine().request('predict', { run: ring.started.run, x, rows });
        asking.current = request.then(ignore, ignore);
        const prediction = await request;
        if (isWanted()) {
          setAnswered({ questions, prediction });
          setRefusal(undefined);
        }
      } catch (error) {
        if (isWanted()) setRefusal(refusalOf(error));
      }
    };
    return askInTurn(ring, { ask, everyMs, before: () => asking.current });
  }, [ring, questions, everyMs]);
  return { answered, refusal };
}
