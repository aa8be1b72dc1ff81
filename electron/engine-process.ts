import { fileURLToPath } from 'node:url';
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';

const hostPath = fileURLToPath(new URL('./engine-host.js', import.meta.url));

/**
 * The engine in a process of its own. Main only introduces the studio to it: their messages go from port to port. When
 * the process ends, those who were connected are told, and the next who asks gets a new one.
 */
export class EngineProcess {
  private process: UtilityProcess | undefined;
  private readonly connected = new Set<() => void>();

  /** A port to the engine for one window. `lost` is called when the engine ends. */
  connect(lost: () => void): MessagePortMain {
    const { port1, port2 } = new MessageChannelMain();
    this.connected.add(lost);
    this.running().postMessage({ kind: 'connect' }, [port2]);
    return port1;
  }

  stop(): void {
    this.connected.clear();
    this.process?.kill();
  }

  private running(): UtilityProcess {
    if (this.process !== undefined) return this.process;
    const started = utilityProcess.fork(hostPath, [], { serviceName: 'Netwright engine', stdio: 'inherit' });
    started.once('exit', () => {
      this.process = undefined;
      const lost = [...this.connected];
      this.connected.clear();
      for (const tell of lost) tell();
    });
    this.process = started;
    return started;
  }
}
