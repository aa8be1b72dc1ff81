/**
 * Where threads wait for each other: a few cells of shared memory, spun on for a moment and then slept on.
 * Each cell has a cache line of its own (16 words), so that spinning on one does not slow writes to another.
 *
 *   job      counts the jobs the leader has given out; helpers wait for it to change
 *   arrived  how many have come to the barrier;   phase  counts the barriers that have opened
 *   taken    counts the pieces of the present call that somebody has taken
 *   broken   not 0 once a thread has failed or everyone is sent home: every wait ends
 */
const line = 16;
const cell = {
  job: 0,
  arrived: line,
  phase: 2 * line,
  sleepers: 3 * line,
  broken: 4 * line,
  taken: 5 * line,
} as const;
const argument = { from: 6 * line, to: 6 * line + 1 } as const;
export const controlWords = 7 * line;

/** Thrown in every waiting thread when one of them failed. */
export class CrewBroken extends Error {
  constructor() {
    super('another worker thread stopped');
    this.name = 'CrewBroken';
  }
}

/** One thread's view of the crew's shared cells. */
export class Barrier {
  readonly cells: Int32Array;
  private readonly workers: number;
  private readonly spins: number;

  /** `spins`: how often a wait looks before it sleeps; a look takes some nanoseconds. */
  constructor(control: SharedArrayBuffer, workers: number, spins: number) {
    this.cells = new Int32Array(control);
    this.workers = workers;
    this.spins = spins;
  }

  /** Returns when all workers have called it. What they wrote before is seen by all after. */
  meet(): void {
    const { cells } = this;
    const phase = Atomics.load(cells, cell.phase);
    if (Atomics.add(cells, cell.arrived, 1) === this.workers - 1) {
      Atomics.store(cells, cell.arrived, 0);
      Atomics.store(cells, cell.taken, 0);
      Atomics.add(cells, cell.phase, 1);
      this.wake(cell.phase);
    } else {
      this.waitWhile(cell.phase, phase);
    }
  }

  /** How many were taken since the last barrier; this one is taken then. */
  take(): number {
    return Atomics.add(this.cells, cell.taken, 1);
  }

  /** The leader sends the helpers to calls [from, to). They must all have come out of the last barrier or be idle. */
  giveJob(from: number, to: number): void {
    const { cells } = this;
    cells[argument.from] = from;
    cells[argument.to] = to;
    Atomics.add(cells, cell.job, 1);
    this.wake(cell.job);
  }

  /** Waits for a job after number `seen`; its number, or undefined when the crew is sent home. */
  nextJob(seen: number): number | undefined {
    try {
      this.waitWhile(cell.job, seen);
    } catch (error) {
      if (error instanceof CrewBroken) return undefined;
      throw error;
    }
    return Atomics.load(this.cells, cell.job);
  }

  get from(): number {
    return this.cells[argument.from];
  }

  get to(): number {
    return this.cells[argument.to];
  }

  /** Ends every wait, now and later. */
  break(): void {
    Atomics.store(this.cells, cell.broken, 1);
    Atomics.notify(this.cells, cell.job);
    Atomics.notify(this.cells, cell.phase);
  }

  private waitWhile(index: number, value: number): void {
    const { cells } = this;
    for (let spin = this.spins; spin > 0; spin--) {
      if (Atomics.load(cells, index) !== value) return;
    }
    while (Atomics.load(cells, index) === value) {
      if (Atomics.load(cells, cell.broken) !== 0) throw new CrewBroken();
      // Counted before sleeping: whoever changes the cell afterwards sees the sleeper and wakes it.
      Atomics.add(cells, cell.sleepers, 1);
      // The limit covers the moment between the look at `broken` and the sleep.
      Atomics.wait(cells, index, value, 100);
      Atomics.sub(cells, cell.sleepers, 1);
    }
  }

  private wake(index: number): void {
    if (Atomics.load(this.cells, cell.sleepers) > 0) Atomics.notify(this.cells, index);
  }
}
