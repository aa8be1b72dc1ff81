import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Text, text } from '../../declaration/text.ts';
import { partUrl } from '../../hosts/engine-parts.ts';
import { createOnnxruntime } from '../../hosts/onnxruntime.ts';
import { exportModel } from '../../hosts/trained-model.ts';
import { prepareHere } from '../../hosts/training-thread.ts';
import { type Output, percent } from '../output.ts';
import { Contestant, type KernelTime, median, type Stretch, type Task, type Trained } from './contestant.ts';
import { torchSide } from './torch-side.ts';
import { type Workload, workloadDocument } from './workload.ts';

/** How a row of the benchmark is measured. */
export interface Measuring {
  readonly output: Output;
  readonly rounds: number;
  /** A Python with torch to compare with. */
  readonly python: string | undefined;
}

export const engineSide = 'bench-engine';
const warmUp: Stretch = { seconds: 0.3 };
const stretchSeconds = 0.4;
const cores = availableParallelism();

interface EngineReady {
  readonly kernels: string;
  readonly workers: number;
  readonly arenaBytes: number;
  /** Of one step. */
  readonly multiplyAdds: number;
  /** What one thread can do out of registers; undefined without native kernels. */
  readonly peakGflops: number | undefined;
}

const newEngine = (): Contestant =>
  new Contestant(process.execPath, [fileURLToPath(partUrl('cli.js')), engineSide]);

async function startEngine(
  task: Task,
): Promise<{ readonly engine: Contestant; readonly ready: EngineReady }> {
  const engine = newEngine();
  const ready = await engine.ask<EngineReady>(task);
  await engine.ask(warmUp);
  return { engine, ready };
}

interface Torch {
  readonly side: Contestant;
  readonly version: string;
  readonly threads: number;
}

/** PyTorch at its best: small networks lose by more threads, large ones gain. */
async function startTorch(python: string, workload: Workload): Promise<Torch> {
  const tried = await Promise.all(
    [...new Set([1, cores])].map(async (threads) => {
      const side = torchSide(python);
      const { version } = await side.ask<{ version: string }>({ ...workload, threads });
      return { side, version, threads };
    }),
  );
  let best: Torch | undefined;
  let bestSpeed = -1;
  for (const candidate of tried) {
    await candidate.side.ask(warmUp);
    const speed = await candidate.side.perSecond(warmUp);
    if (speed <= bestSpeed) {
      candidate.side.close();
      continue;
    }
    best?.side.close();
    best = candidate;
    bestSpeed = speed;
  }
  return best as Torch;
}

const shown = (value: number): string =>
  value >= 100
    ? Math.round(value).toLocaleString('en')
    : value.toLocaleString('en', { maximumSignificantDigits: 3 });

/** Both sides take turns within each round, so that what else the machine does meets both alike. */
async function inTurn(
  { output, rounds }: Measuring,
  name: string,
  sides: readonly (() => Promise<number>)[],
): Promise<number[]> {
  const found: number[][] = sides.map(() => []);
  for (let round = 1; round <= rounds; round++) {
    if (output.live)
      output.progress(text(`${name}: round ${round}/${rounds}`, `${name}：第 ${round}/${rounds} 轮`));
    for (const [i, side] of sides.entries()) found[i]?.push(await side());
  }
  return found.map(median);
}

/** Training steps of the engine and of PyTorch; with `kernels`, of that face. */
export async function compareSpeed(
  measuring: Measuring,
  workload: Workload,
  kernels?: 'portable',
): Promise<void> {
  const { output, python } = measuring;
  const name = `${workload.network}${kernels === undefined ? '' : `+${kernels}`}`;
  const { engine, ready } = await startEngine({ ...workload, threads: cores, ...(kernels && { kernels }) });
  const torch = python === undefined ? undefined : await startTorch(python, workload);
  try {
    // A round is several steps at least, whatever a step costs.
    const { steps, seconds } = await engine.ask<Trained>(warmUp);
    const stretch = { seconds: Math.max(stretchSeconds, (3 * seconds) / steps) };
    const [stepsPerSecond = 0, theirs] = await inTurn(measuring, name, [
      () => engine.perSecond(stretch),
      ...(torch === undefined ? [] : [() => torch.side.perSecond(stretch)]),
    ]);
    const peer =
      torch === undefined || theirs === undefined
        ? null
        : { name: 'torch', version: torch.version, threads: torch.threads, stepsPerSecond: theirs };
    const ratio = peer && stepsPerSecond / peer.stepsPerSecond;
    const gflops = (2 * ready.multiplyAdds * stepsPerSecond) / 1e9;
    const peakShare =
      ready.peakGflops === undefined ? undefined : gflops / (ready.peakGflops * ready.workers);
    const row = {
      bench: name,
      batch: workload.batch,
      stepsPerSecond,
      gflops,
      peakShare,
      ...ready,
      peer,
      ratio,
    };
    const speed = shown(stepsPerSecond);
    const size = `${shown(gflops)} GFLOP/s${peakShare === undefined ? '' : `, ${percent(peakShare)}`}`;
    const memory = `${shown(ready.arenaBytes / 2 ** 20)} MiB`;
    const against =
      peer === null
        ? text('', '')
        : text(
            `; torch ${peer.version} (${peer.threads} threads) ${shown(peer.stepsPerSecond)}; ratio ${(ratio ?? 0).toFixed(2)}`,
            `；torch ${peer.version}（${peer.threads} 线程）${shown(peer.stepsPerSecond)}；比值 ${(ratio ?? 0).toFixed(2)}`,
          );
    output.result(
      row,
      text(
        `${name}, batch ${workload.batch}: ${speed} steps/s (${size} of the peak, ${memory})${against.en}`,
        `${name}，批大小 ${workload.batch}：${speed} 步/秒（${size} 峰值，${memory}）${against.zh}`,
      ),
    );
  } finally {
    engine.close();
    torch?.side.close();
  }
}

/** The same network on one thread and on all. */
export async function compareThreads(measuring: Measuring, workload: Workload): Promise<void> {
  if (cores === 1) return;
  const name = `${workload.network}+threads`;
  const [one, all] = await Promise.all([1, cores].map((threads) => startEngine({ ...workload, threads })));
  if (one === undefined || all === undefined) return;
  try {
    const stretch = { seconds: 2 * stretchSeconds };
    const [single = 0, shared = 0] = await inTurn(
      measuring,
      name,
      [one, all].map(
        ({ engine }) =>
          () =>
            engine.perSecond(stretch),
      ),
    );
    const ratio = shared / single;
    measuring.output.result(
      {
        bench: name,
        batch: workload.batch,
        threads: cores,
        stepsPerSecond: shared,
        oneThread: single,
        ratio,
      },
      text(
        `${name}: ${cores} threads ${shown(shared)} steps/s, 1 thread ${shown(single)}; ratio ${ratio.toFixed(2)}`,
        `${name}：${cores} 线程 ${shown(shared)} 步/秒，单线程 ${shown(single)}；比值 ${ratio.toFixed(2)}`,
      ),
    );
  } finally {
    one.engine.close();
    all.engine.close();
  }
}

/** One thread's matrix product against numpy's. */
export async function compareProduct(measuring: Measuring, size: number): Promise<void> {
  const { output, python } = measuring;
  const name = `matmul-${size}`;
  const question = { matmul: size, seconds: stretchSeconds };
  const engine = newEngine();
  const numpy = python === undefined ? undefined : torchSide(python, { OPENBLAS_NUM_THREADS: '1' });
  try {
    const sides = [engine, ...(numpy === undefined ? [] : [numpy])];
    await Promise.all(sides.map((side) => side.ask({ matmul: size, seconds: 0.1 })));
    const [ours = 0, theirs] = await inTurn(
      measuring,
      name,
      sides.map((side) => () => side.perSecond(question)),
    );
    const gflopsOf = (perSecond: number): number => (2 * size ** 3 * perSecond) / 1e9;
    const gflops = gflopsOf(ours);
    const peer = theirs === undefined ? null : { name: 'numpy', gflops: gflopsOf(theirs) };
    const ratio = peer && gflops / peer.gflops;
    const against: Text =
      peer === null
        ? text('', '')
        : text(
            `; numpy ${shown(peer.gflops)}; ratio ${(ratio ?? 0).toFixed(2)}`,
            `；numpy ${shown(peer.gflops)}；比值 ${(ratio ?? 0).toFixed(2)}`,
          );
    output.result(
      { bench: name, threads: 1, gflops, peer, ratio },
      text(
        `${name}, 1 thread: ${shown(gflops)} GFLOP/s${against.en}`,
        `${name}，单线程：${shown(gflops)} GFLOP/s${against.zh}`,
      ),
    );
  } finally {
    engine.close();
    numpy?.close();
  }
}

/** One sample at a time: the engine against onnxruntime on the exported file. */
export async function compareInference(measuring: Measuring, workload: Workload): Promise<void> {
  const { output } = measuring;
  const name = `${workload.network}+inference`;
  const document = workloadDocument(workload);
  const { trainer, machine, started } = await prepareHere({
    document,
    options: { threads: 1 },
    run: 'bench',
  });
  const onnx = exportModel({
    document,
    weights: trainer.weights(),
    step: 0,
    train: undefined,
    test: undefined,
  });
  const sample = machine.plan.inputs.find(({ port }) => port === 'x')?.shape ?? [];
  machine.close();
  const x = new Float32Array(sample.reduce((size, n) => size * n, 1)).fill(0.1);
  const feeds = Array.from({ length: 64 }, () => ({ x: { dims: [1, ...sample], data: x } }));
  const onnxruntime = createOnnxruntime();
  const { engine } = await startEngine({ ...workload, threads: cores });
  try {
    const theirs = async (): Promise<number> => {
      const { elapsedMs } = await onnxruntime.run(onnx, feeds);
      return (1000 * feeds.length) / elapsedMs;
    };
    await theirs();
    const [ours = 0, peerSpeed = 0] = await inTurn(measuring, name, [
      () => engine.perSecond({ infer: true, seconds: stretchSeconds }),
      theirs,
    ]);
    const [ms, peerMs] = [1000 / ours, 1000 / peerSpeed];
    const ratio = ms / peerMs;
    output.result(
      {
        bench: name,
        batch: 1,
        msPerSample: ms,
        kernels: started.kernels,
        peer: { name: 'onnxruntime', msPerSample: peerMs },
        ratio,
      },
      text(
        `${name}, batch 1: ${shown(ms)} ms; onnxruntime ${shown(peerMs)} ms; ratio ${ratio.toFixed(2)}`,
        `${name}，批大小 1：${shown(ms)} 毫秒；onnxruntime ${shown(peerMs)} 毫秒；比值 ${ratio.toFixed(2)}`,
      ),
    );
  } finally {
    engine.close();
    onnxruntime.close();
  }
}

/** Short stretches in many pairs: the two of a pair meet the same machine, whose speed drifts by more than watching costs. */
const telemetryStretch: Stretch = { seconds: 0.25 };
const telemetryPairs = 6;

/**
 * What watching costs: the same network with all histograms at the studio's rate, and with none. The share that is kept
 * is of steps per second of processor time, so that what else the machine does in one of two stretches is not counted.
 */
export async function compareTelemetry(measuring: Measuring, workload: Workload): Promise<void> {
  const { output, rounds } = measuring;
  const name = `${workload.network}+telemetry`;
  const { engine, ready } = await startEngine({ ...workload, threads: cores });
  try {
    const trained = { all: [] as Trained[], none: [] as Trained[] };
    const pairs = rounds * telemetryPairs;
    for (let pair = 1; pair <= pairs; pair++) {
      if (output.live)
        output.progress(text(`${name}: pair ${pair}/${pairs}`, `${name}：第 ${pair}/${pairs} 对`));
      const order = pair % 2 === 0 ? (['none', 'all'] as const) : (['all', 'none'] as const);
      for (const frames of order) {
        trained[frames].push(await engine.ask<Trained>({ ...telemetryStretch, frames }));
      }
    }
    const wall = ({ steps, seconds }: Trained): number => steps / seconds;
    const cpu = ({ steps, seconds, cpuSeconds }: Trained): number => steps / (cpuSeconds ?? seconds);
    const stepsPerSecond = median(trained.all.map(wall));
    const withoutTelemetry = median(trained.none.map(wall));
    const keeps = median(
      trained.all.map((watched, pair) => cpu(watched) / cpu(trained.none[pair] as Trained)),
    );
    const { kernels, workers } = ready;
    output.result(
      { bench: name, batch: workload.batch, stepsPerSecond, withoutTelemetry, keeps, kernels, workers },
      text(
        `${name}: ${shown(stepsPerSecond)} steps/s with all histograms, ${percent(keeps)} of the speed without`,
        `${name}：开启全部直方图时 ${shown(stepsPerSecond)} 步/秒，为关闭时速度的 ${percent(keeps)}`,
      ),
    );
  } finally {
    engine.close();
  }
}

/** Where the time of a step goes, kernel by kernel, on one thread. */
export async function showProfile({ output }: Measuring, workload: Workload): Promise<void> {
  const name = `${workload.network}+profile`;
  const { engine } = await startEngine({ ...workload, threads: 1 });
  try {
    const kernels = await engine.ask<readonly KernelTime[]>({ profile: true, seconds: 2 });
    const all = kernels.reduce((sum, { msPerStep }) => sum + msPerStep, 0);
    const lines = kernels.map(({ kernel, calls, msPerStep, gflops }) =>
      [
        `  ${kernel.padEnd(26)}`,
        `${shown(calls)}×`.padStart(6),
        `${msPerStep.toFixed(3)} ms`.padStart(12),
        percent(msPerStep / all).padStart(8),
        gflops >= 0.1 ? `${shown(gflops)} GFLOP/s`.padStart(16) : '',
      ].join(' '),
    );
    const table = [`${name}, batch ${workload.batch}: ${all.toFixed(3)} ms`, ...lines].join('\n');
    output.result({ bench: name, batch: workload.batch, msPerStep: all, kernels }, text(table, table));
  } finally {
    engine.close();
  }
}
