import type { CallList, CodePlan, Plan } from '../compiler/plan.ts';
import { type BoundKernels, type KernelFace, mostWorkers, scratchWords } from '../kernels/contract.ts';
import { type Arena, createArena } from './arena.ts';
import { Barrier, CrewBroken, controlWords } from './barrier.ts';
import { type LoadedProgram, loadCode, sharesWork, tableWords } from './code.ts';
import { walk, walkAlone } from './crew.ts';
import type { KernelSeat, KernelSource } from './faces.ts';

/** Everything a helper thread needs to take its place; travels as worker data. */
export interface HelperSeat {
  readonly memory: WebAssembly.Memory;
  readonly kernels: KernelSeat;
  readonly control: SharedArrayBuffer;
  readonly table: Int32Array;
  readonly worker: number;
  readonly workers: number;
  readonly spins: number;
  /** First word of what this worker's kernels may write to between two calls. */
  readonly scratch: number;
}

/** Starts a thread that runs `help` in this seat; resolves when it is ready. */
export type SpawnHelper = (seat: HelperSeat) => Promise<void>;

export interface MachineOptions {
  readonly source: KernelSource;
  /** Threads that may be used, the caller's own included. */
  readonly threads: number;
  readonly spawn: SpawnHelper;
  /** Looks before a waiting thread sleeps. */
  readonly spins?: number;
}

/** Enough to bridge what the leader does between two programs, some tens of microseconds. */
const defaultSpins = 4000;

const workersFor = (plan: CodePlan, threads: number): number =>
  sharesWork(plan) ? Math.max(1, Math.min(threads, mostWorkers)) : 1;

/** Words of the arena that a machine makes for a plan: behind the plan's own each worker has its scratch. */
export const machineWords = (plan: CodePlan, threads: number): number =>
  plan.arenaWords + workersFor(plan, threads) * scratchWords;

/**
 * A compiled plan in its arena, with the threads that compute it. One thread calls `run`; the numbers it leaves in the
 * arena do not depend on how many threads there are.
 */
export class Machine<P extends CodePlan = Plan> {
  readonly plan: P;
  readonly arena: Arena;
  readonly source: KernelSource;
  readonly kernels: KernelFace;
  /** Threads that share the work: 1 where the plan has no call worth sharing. */
  readonly workers: number;
  private readonly bound: BoundKernels;
  private readonly barrier: Barrier;
  private readonly table: Int32Array;
  private readonly programs: ReadonlyMap<CallList, LoadedProgram>;
  /** sharedBefore[i] = shared calls among calls [0, i). */
  private readonly sharedBefore: Int32Array;
  private readonly ends: (() => void)[] = [];

  private constructor(plan: P, arena: Arena, bound: BoundKernels, parts: MachineParts) {
    this.plan = plan;
    this.arena = arena;
    this.bound = bound;
    this.kernels = bound.name;
    this.source = parts.source;
    this.workers = parts.workers;
    this.barrier = parts.barrier;
    this.table = parts.table;
    this.programs = parts.programs;
    this.sharedBefore = countShared(parts.table);
  }

  static async build<P extends CodePlan>(plan: P, options: MachineOptions): Promise<Machine<P>> {
    const workers = workersFor(plan, options.threads);
    const arena = createArena(machineWords(plan, options.threads));
    const scratchOf = (worker: number): number => plan.arenaWords + worker * scratchWords;
    const { table, programs } = loadCode(plan, arena);
    const bound = options.source.bind(arena, scratchOf(0));
    const control = new SharedArrayBuffer(controlWords * 4);
    const spins = options.spins ?? defaultSpins;
    const barrier = new Barrier(control, workers, spins);
    const machine = new Machine(plan, arena, bound, {
      source: options.source,
      workers,
      barrier,
      table,
      programs,
    });
    const seats = Array.from({ length: workers - 1 }, (_, i) => ({
      memory: arena.memory,
      kernels: options.source.seat,
      control,
      table,
      worker: i + 1,
      workers,
      spins,
      scratch: scratchOf(i + 1),
    }));
    try {
      await Promise.all(seats.map((seat) => options.spawn(seat)));
    } catch (error) {
      machine.close();
      throw error;
    }
    return machine;
  }

  /** The handle by which `run` knows a program of the plan. */
  loaded(program: CallList): LoadedProgram {
    const found = this.programs.get(program);
    if (!found) throw new Error('this program is not part of the plan the machine was built with');
    return found;
  }

  /** Executes calls [from, to) of a program. */
  run(program: LoadedProgram, from = 0, to = program.count): void {
    if (from >= to) return;
    const first = program.first + from;
    const end = program.first + to;
    const { sharedBefore, table } = this;
    if (this.workers === 1 || sharedBefore[first] === sharedBefore[end]) {
      walkAlone(this.bound, table, first, end);
      return;
    }
    this.barrier.giveJob(first, end);
    try {
      walk(this.bound, table, this.barrier, 0, this.workers, first, end);
    } catch (error) {
      // A kernel that failed here would leave the helpers waiting.
      if (!(error instanceof CrewBroken)) this.barrier.break();
      throw error;
    }
  }

  /** Something that is to end with the machine. */
  whenClosed(end: () => void): void {
    this.ends.push(end);
  }

  /** Sends the helpers home. The arena stays readable; `run` must not be called again. */
  close(): void {
    this.barrier.break();
    for (const end of this.ends) end();
  }
}

interface MachineParts {
  readonly source: KernelSource;
  readonly workers: number;
  readonly barrier: Barrier;
  readonly table: Int32Array;
  readonly programs: ReadonlyMap<CallList, LoadedProgram>;
}

function countShared(table: Int32Array): Int32Array {
  const calls = table.length / tableWords;
  const before = new Int32Array(calls + 1);
  for (let i = 0; i < calls; i++) before[i + 1] = before[i] + (table[tableWords * i + 1] === 0 ? 0 : 1);
  return before;
}
