import { create } from 'zustand';
import { NetwrightError } from '../../engine/declaration/problem.ts';
import type { Text } from '../../engine/declaration/text.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { RunTakenUp } from '../../engine/protocol/kept-run-messages.ts';
import type { Frame, RunOptions, RunStarted, RunState } from '../../engine/protocol/live-run-messages.ts';
import type { Answer } from '../../engine/protocol/messages.ts';
import type { Refusal } from '../../engine/protocol/refusal.ts';
import type { EnginePort, EngineState } from '../shell/shell.ts';
import { type ControlOrder, EngineClient, sentenceOf } from './engine-client.ts';
import { FrameRing } from './frame-ring.ts';
import { throttle } from './throttle.ts';

/** `none`: nothing has been trained since the document was opened or reset. */
export type Phase = 'none' | 'starting' | RunState;

/** What the toolbar and the status bar show; refreshed at most ten times a second. */
export interface LiveFigures {
  readonly step: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
  readonly learningRate: number;
}

export interface RunStore {
  readonly connection: 'connecting' | EngineState;
  readonly engine: Answer<'hello'> | undefined;
  readonly phase: Phase;
  /** The document as it was when the run started; edits since then do not reach the run. */
  readonly document: NetwrightDocument | undefined;
  readonly ring: FrameRing | undefined;
  /** Why the last start was refused or the run failed. */
  readonly refusal: Refusal | undefined;
  /** Why the run ended before its last epoch by itself. */
  readonly ending: Text | undefined;
  readonly live: LiveFigures | undefined;
}

const noRun = {
  phase: 'none',
  document: undefined,
  ring: undefined,
  refusal: undefined,
  ending: undefined,
  live: undefined,
} as const satisfies Partial<RunStore>;

/** The one run that the studio shows. React reads states and low-rate figures here; charts read the ring. */
export const useRun = create<RunStore>(() => ({ connection: 'connecting', engine: undefined, ...noRun }));

let client: EngineClient | undefined;
/** Frames that came before the answer to `start` said which run they belong to. */
let early: Frame[] = [];
/** Grows with every start and reset, so that an answer to an abandoned start is not taken for the current one. */
let attempt = 0;

const liveEveryMs = 100;
/** To draw hundreds of layers anew takes long: figures beside them change half as often. */
const manyTensors = 1000;
const liveInterval = (): number => {
  const tensors = useRun.getState().ring?.started.watched.length ?? 0;
  return tensors > manyTensors ? 2 * liveEveryMs : liveEveryMs;
};
const showLive = throttle(liveInterval, () => {
  const frame = useRun.getState().ring?.latest;
  if (frame) useRun.setState({ live: figuresOf(frame) });
});

const figuresOf = (frame: Frame): LiveFigures => ({
  step: frame.step,
  epoch: frame.epoch,
  epochs: frame.epochs,
  stepsPerSecond: frame.stepsPerSecond,
  secondsLeft: frame.secondsLeft,
  learningRate: frame.learningRate,
});

/** Begins to listen to an engine; call once. */
export function attachEngine(port: EnginePort): EngineClient {
  const attached = new EngineClient(port);
  client = attached;
  attached.onFrame(receive);
  attached.onConnection((connection) => {
    useRun.setState({ connection });
    if (connection === 'open') void greet(attached);
    else abandonRun();
  });
  useRun.setState({ connection: attached.connection });
  void greet(attached);
  return attached;
}

async function greet(attached: EngineClient): Promise<void> {
  try {
    useRun.setState({ engine: await attached.request('hello', {}) });
  } catch (error) {
    useRun.setState({ refusal: refusalOf(error) });
  }
}

/** The engine; throws a NetwrightError while there is none. */
export function engine(): EngineClient {
  if (client) return client;
  throw new NetwrightError('engine-missing', {
    en: 'The engine is not connected yet; try again in a moment.',
    zh: '引擎尚未连接，请稍后再试。',
  });
}

export const refusalOf = (error: unknown): Refusal =>
  error instanceof NetwrightError
    ? { code: error.code, message: error.text, problems: error.problems }
    : { code: 'unexpected', message: sentenceOf(error), problems: [] };

/** Compiles a document in the engine and begins to train it; a former run is stopped. Resolves when it has begun. */
export const startRun = (
  document: NetwrightDocument,
  options: RunOptions,
  weightsOf?: string,
): Promise<RunStarted | undefined> =>
  takeRun(document, options.paused ?? false, async () => ({
    started: await engine().request('start', { document, options, ...(weightsOf && { weightsOf }) }),
    document,
  }));

/** Shows a run that the engine begins when it is asked to; `document` is what it trains as far as is known before. */
export async function takeRun(
  document: NetwrightDocument,
  paused: boolean,
  ask: () => Promise<Pick<RunTakenUp, 'started' | 'document'> & Partial<Pick<RunTakenUp, 'curves'>>>,
): Promise<RunStarted | undefined> {
  stopQuietly();
  const mine = ++attempt;
  early = [];
  useRun.setState({ ...noRun, phase: 'starting', document });
  try {
    const begun = await ask();
    const { started } = begun;
    if (mine !== attempt) {
      engine().order({ run: started.run, action: 'stop' });
      return undefined;
    }
    const ring = new FrameRing(started, begun.curves);
    useRun.setState({ ring, document: begun.document, phase: paused ? 'paused' : 'running' });
    for (const frame of early) receive(frame);
    early = [];
    return started;
  } catch (error) {
    if (mine === attempt) useRun.setState({ ...noRun, refusal: refusalOf(error) });
    return undefined;
  }
}

function receive(frame: Frame): void {
  const { ring, phase, refusal } = useRun.getState();
  if (!ring) {
    if (phase === 'starting') early.push(frame);
    return;
  }
  if (frame.run !== ring.started.run) return;
  ring.push(frame);
  if (frame.state !== phase || frame.failure !== undefined) {
    showLive.cancel();
    const { state, failure, ending } = frame;
    useRun.setState({ phase: state, live: figuresOf(frame), refusal: failure ?? refusal, ending });
  } else {
    showLive();
  }
}

type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** An order to the run that is shown; without one, nothing happens. */
export function orderRun(order: DistributedOmit<ControlOrder, 'run'>): void {
  const { ring } = useRun.getState();
  if (ring) engine().order({ run: ring.started.run, ...order });
}

/** Stops the run and forgets it, curves and weights included. */
export function resetRun(): void {
  stopQuietly();
  attempt++;
  showLive.cancel();
  useRun.setState(noRun);
}

export const dismissRefusal = (): void => useRun.setState({ refusal: undefined });
export const dismissEnding = (): void => useRun.setState({ ending: undefined });

const isAlive = (phase: Phase): boolean => phase === 'running' || phase === 'paused';

function stopQuietly(): void {
  if (isAlive(useRun.getState().phase)) orderRun({ action: 'stop' });
}

/** The engine is gone, and the run with it: what it told stays on screen. */
function abandonRun(): void {
  const { phase } = useRun.getState();
  if (phase === 'starting' || isAlive(phase)) {
    useRun.setState({ phase: useRun.getState().ring ? 'stopped' : 'none' });
  }
}

export const useRunActive = (): boolean => useRun(({ phase }) => isAlive(phase) || phase === 'starting');
