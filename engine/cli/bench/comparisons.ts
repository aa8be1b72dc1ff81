import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Text, text } from '../../declaration/text.ts';
import { partUrl } from '../../hosts/engine-parts.ts';
import { createOnnxruntime } from '../../hosts/onnxruntime.ts';
import { exportModel } from '../../hosts/trained-model.ts';
import { prepareHere } from '../../hosts/training-thread.ts';
import type { KernelChoice } from '../../protocol/live-run-messages.ts';
import { percent } from '../output.ts';
import {
  Contestant,
  type KernelTime,
  median,
  perSecond,
  type Stretch,
  type Task,
  type Trained,
  warmUp,
} from './contestant.ts';
import { type Peer, type PeerSource, sitsOut, startPeer, trainPeer } from './peers.ts';
import { torchSide } from './torch-side.ts';
import { inTurn, type Measuring, mostRounds, shown, stretchSeconds } from './turns.ts';
import { type Workload, workloadDocument } from './workload.ts';

export const engineSide = 'bench-engine';
const cores = availableParallelism();

interface EngineReady {
  readonly kernels: string;
  readonly workers: number;
  readonly arenaBytes: number;
  /** Weights, gradients, optimizer state, and what backward must keep (compiler/memory.ts). */
  readonly neededBytes: number;
  /** Of the arena: programs and histograms. */
  readonly recordBytes: number;
  /** Of one step. */
  readonly multiplyAdds: number;
  /** What one thread can do out of registers; undefined without native kernels. */
  readonly peakGflops: number | undefined;
}

const newEngine = (): Contestant =>
  new Contestant(process.execPath, [fileURLToPath(partUrl('cli.js')), engineSide]);

export async function startEngine(
  task: Task,
): Promise<{ readonly engine: Contestant; readonly ready: EngineReady }> {
  const engine = newEngine();
  const ready = await engine.ask<EngineReady>(task);
  await engine.ask(warmUp);
  return { engine, ready };
}

/** Training steps of the engine and of a peer; with `kernels`, of that face. */
export async function compareSpeed(
  measuring: Measuring,
  name: string,
  workload: Workload,
  kernels?: KernelChoice,
): Promise<void> {
  const { output, source } = measuring;
  const { engine, ready } = await startEngine({ ...workload, threads: cores, ...(kernels && { kernels }) });
  let peer: Peer | undefined;
  try {
    peer = source && (await takingPart(measuring, source, workload));
    const against = peer;
    const last: { ours?: Trained; theirs?: Trained } = {};
    // A stretch is a step at least, whatever a step costs.
    const { medians, rounds } = await inTurn(measuring, name, [
      async () => perSecond((last.ours = await engine.ask<Trained>({ seconds: stretchSeconds }))),
      ...(against === undefined
        ? []
        : [async () => perSecond((last.theirs = await trainPeer(against, stretchSeconds)))]),
    ]);
    const [stepsPerSecond = 0, theirs = Number.NaN] = medians;
    const ratio = peer ? stepsPerSecond / theirs : null;
    const gflops = (2 * ready.multiplyAdds * stepsPerSecond) / 1e9;
    const peakShare =
      ready.peakGflops === undefined ? undefined : gflops / (ready.peakGflops * ready.workers);
    const memoryRatio = (ready.arenaBytes - ready.recordBytes) / ready.neededBytes;
    const row = {
      bench: name,
      batch: workload.batch,
      stepsPerSecond,
      gflops,
      peakShare,
      ...ready,
      memoryRatio,
      rounds,
      loss: last.ours?.loss,
      peer: peer
        ? {
            name: peer.name,
            version: peer.version,
            ...peer.setting.told,
            stepsPerSecond: theirs,
            ...(peer.firstLoss !== undefined && { loss: [peer.firstLoss, last.theirs?.loss] }),
          }
        : null,
      ratio,
    };
    const said = [speedText(row), memoryText(row), ...(peer ? [peerText(peer, theirs, ratio ?? 0)] : [])];
    output.result(
      row,
      text(
        `${name}, batch ${workload.batch}: ${said.map(({ en }) => en).join('; ')}`,
        `${name}，批大小 ${workload.batch}：${said.map(({ zh }) => zh).join('；')}`,
      ),
    );
  } finally {
    engine.close();
    peer?.side.close();
  }
}

async function takingPart(
  { output }: Measuring,
  source: PeerSource,
  workload: Workload,
): Promise<Peer | undefined> {
  const reason = sitsOut(source, workload);
  if (reason === undefined) return startPeer(source, workload);
  output.notice(reason);
  return undefined;
}

function speedText(row: {
  readonly stepsPerSecond: number;
  readonly gflops: number;
  readonly peakShare: number | undefined;
  readonly kernels: string;
}): Text {
  const [speed, gflops] = [shown(row.stepsPerSecond), `${shown(row.gflops)} GFLOP/s`];
  const share = row.peakShare === undefined ? undefined : percent(row.peakShare);
  return text(
    `${row.kernels} ${speed} steps/s (${gflops}${share === undefined ? '' : `, ${share} of the peak`})`,
    `${row.kernels} ${speed} 步/秒（${gflops}${share === undefined ? '' : `，峰值的 ${share}`}）`,
  );
}

function memoryText(row: EngineReady & { readonly memoryRatio: number }): Text {
  const mebibytes = (bytes: number): string => `${shown(bytes / 2 ** 20)} MiB`;
  const [arena, records, ratio] = [
    mebibytes(row.arenaBytes),
    mebibytes(row.recordBytes),
    row.memoryRatio.toFixed(2),
  ];
  return text(
    `peak ${arena}: ${records} of programs and histograms, ${ratio} × what a step must keep`,
    `峰值内存 ${arena}：程序与直方图 ${records}，其余为一步必须保留量的 ${ratio} 倍`,
  );
}

function peerText({ name, version, setting: { readable } }: Peer, theirs: number, ratio: number): Text {
  const [speed, times] = [shown(theirs), ratio.toFixed(2)];
  return text(
    `${name} ${version} (${readable.en}) ${speed}; ratio ${times}`,
    `${name} ${version}（${readable.zh}）${speed}；比值 ${times}`,
  );
}

/** The same network on one thread and on all. */
export async function compareThreads(measuring: Measuring, name: string, workload: Workload): Promise<void> {
  if (cores === 1) return;
  const [one, all] = await Promise.all([1, cores].map((threads) => startEngine({ ...workload, threads })));
  if (one === undefined || all === undefined) return;
  try {
    const stretch = { seconds: 2 * stretchSeconds };
    const {
      medians: [single = 0, shared = 0],
      rounds,
    } = await inTurn(
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
        rounds,
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
export async function compareProduct(measuring: Measuring, name: string, size: number): Promise<void> {
  const { output, source } = measuring;
  const question = { matmul: size, seconds: stretchSeconds };
  const engine = newEngine();
  const numpy =
    source?.name === 'torch' ? torchSide(source.python, { OPENBLAS_NUM_THREADS: '1' }) : undefined;
  try {
    const sides = [engine, ...(numpy === undefined ? [] : [numpy])];
    await Promise.all(sides.map((side) => side.ask({ matmul: size, seconds: 0.1 })));
    const {
      medians: [ours = 0, theirs],
      rounds,
    } = await inTurn(
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
      { bench: name, threads: 1, gflops, rounds, peer, ratio },
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
export async function compareInference(
  measuring: Measuring,
  name: string,
  workload: Workload,
): Promise<void> {
  const { output } = measuring;
  const document = workloadDocument(workload);
  const { trainer, machine, started } = await prepareHere({
    document,
    options: { threads: 1 },
    run: 'bench',
  });
  const { onnx } = await exportModel({
    document,
    weights: trainer.weights(),
    step: 0,
    measured: { train: undefined, test: undefined },
  });
  const sample = machine.plan.inputs.find(({ port }) => port === 'x')?.shape ?? [];
  machine.close();
  const x = new Float32Array(sample.reduce((size, n) => size * n, 1)).fill(0.1);
  const feeds = Array.from({ length: 64 }, () => ({ x: { dims: [1, ...sample], data: x } }));
  const onnxruntime = createOnnxruntime();
  const { engine } = await startEngine({ ...workload, threads: cores });
  try {
    const theirs = async (): Promise<number> => {
      const { eachMs } = await onnxruntime.run(onnx, feeds);
      return (1000 * feeds.length) / eachMs.reduce((sum, ms) => sum + ms, 0);
    };
    await theirs();
    const {
      medians: [ours = 0, peerSpeed = 0],
      rounds,
    } = await inTurn(measuring, name, [
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
        rounds,
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
export async function compareTelemetry(
  measuring: Measuring,
  name: string,
  workload: Workload,
): Promise<void> {
  const { output, rounds = mostRounds } = measuring;
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
    const cpu = ({ steps, seconds, cpuSeconds }: Trained): number => steps / (cpuSeconds ?? seconds);
    const stepsPerSecond = median(trained.all.map(perSecond));
    const withoutTelemetry = median(trained.none.map(perSecond));
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
export async function showProfile(
  { output }: Pick<Measuring, 'output'>,
  name: string,
  workload: Workload,
  kernels?: KernelChoice,
): Promise<void> {
  const { engine } = await startEngine({ ...workload, threads: 1, ...(kernels && { kernels }) });
  try {
    const times = await engine.ask<readonly KernelTime[]>({ profile: true, seconds: 2 });
    const all = times.reduce((sum, { msPerStep }) => sum + msPerStep, 0);
    const lines = times.map(({ kernel, calls, msPerStep, gflops }) =>
      [
        `  ${kernel.padEnd(26)}`,
        `${shown(calls)}×`.padStart(6),
        `${msPerStep.toFixed(3)} ms`.padStart(12),
        percent(msPerStep / all).padStart(8),
        gflops >= 0.1 ? `${shown(gflops)} GFLOP/s`.padStart(16) : '',
      ].join(' '),
    );
    const table = [`${name}, batch ${workload.batch}: ${all.toFixed(3)} ms`, ...lines].join('\n');
    output.result({ bench: name, batch: workload.batch, msPerStep: all, kernels: times }, text(table, table));
  } finally {
    engine.close();
  }
}
