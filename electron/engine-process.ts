import { fileURLToPath } from 'node:url';
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import type {
  FromEngineProcess,
  OnnxruntimeEnded,
  ToEngineProcess,
} from '../engine/protocol/engine-process.ts';

const script = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/** Long enough to stop a step and write a checkpoint. */
const closingMs = 10_000;

/**
 * The engine in a process of its own. Main only introduces: the studio's messages go from port to port, and the process
 * that runs onnxruntime, which only main can start, is relayed to the engine. When the engine ends, those who were
 * connected are told, and the next who asks gets a new one.
 */
export class EngineProcess {
  private engine: UtilityProcess | undefined;
  private readonly connected = new Set<() => void>();

  /** A port to the engine for one window. `lost` is called when the engine ends. */
  connect(lost: () => void): MessagePortMain {
    const { port1, port2 } = new MessageChannelMain();
    this.connected.add(lost);
    send(this.running(), { kind: 'connect' }, port2);
    return port1;
  }

  /** Resolves when every run is stopped and on disk. */
  async close(): Promise<void> {
    const { engine } = this;
    if (engine === undefined) return;
    this.connected.clear();
    const ended = new Promise<void>((resolve) => engine.once('exit', () => resolve()));
    send(engine, { kind: 'close' });
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, closingMs))]);
    engine.kill();
  }

  private running(): UtilityProcess {
    if (this.engine !== undefined) return this.engine;
    const engine = utilityProcess.fork(script('engine-host'), [], {
      serviceName: 'Netwright engine',
      stdio: 'inherit',
    });
    engine.on('message', (message: FromEngineProcess) => startOnnxruntime(engine, message.id));
    engine.once('exit', () => {
      this.engine = undefined;
      const lost = [...this.connected];
      this.connected.clear();
      for (const tell of lost) tell();
    });
    this.engine = engine;
    return engine;
  }
}

/** Starts onnxruntime's process and passes what it and the engine say to each other. */
function startOnnxruntime(engine: UtilityProcess, id: number): void {
  const child = utilityProcess.fork(script('ort-child'), [], { serviceName: 'Netwright onnxruntime' });
  const { port1, port2 } = new MessageChannelMain();
  child.on('message', (message: unknown) => port1.postMessage(message));
  child.once('exit', (code) => {
    const ended: OnnxruntimeEnded = { kind: 'ended', reason: `it exited with code ${code}` };
    port1.postMessage(ended);
    port1.close();
  });
  port1.on('message', ({ data }) => child.postMessage(data));
  port1.once('close', () => child.kill());
  port1.start();
  send(engine, { kind: 'onnxruntime', id }, port2);
}

const send = (engine: UtilityProcess, message: ToEngineProcess, port?: MessagePortMain): void =>
  engine.postMessage(message, port === undefined ? [] : [port]);
