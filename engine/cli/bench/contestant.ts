import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Workload } from './workload.ts';

/**
 * One side of a comparison, in a process of its own that lives through all rounds. It reads one JSON object per line and
 * answers each with one line: a Task is prepared, then a Stretch is trained as often as it is asked for.
 */
export interface Task extends Workload {
  readonly threads: number;
}

export interface Stretch {
  readonly seconds: number;
  /** Engine only: frames as for a studio, with all histograms or with none; absent = bare steps. */
  readonly frames?: 'all' | 'none';
}

export interface Trained {
  readonly steps: number;
  readonly seconds: number;
  /** Engine only: of those, what the process had of a processor. */
  readonly cpuSeconds?: number;
}

export class Contestant {
  private readonly child: ChildProcess;
  private readonly answers: AsyncIterator<string>;
  private errors = '';

  constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    // Its end is noticed where an answer is missing.
    this.child.on('error', (error) => {
      this.errors += error.message;
    });
    this.child.stdin?.on('error', () => {});
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors = (this.errors + text).slice(-2000);
    });
    if (this.child.stdout === null) throw new Error('a pipe is missing');
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask<T>(question: Task | Stretch): Promise<T> {
    this.child.stdin?.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.answers.next();
    if (done === true) throw new Error(`a side of the benchmark ended: ${this.errors.trim()}`);
    return JSON.parse(value) as T;
  }

  async stepsPerSecond(stretch: Stretch): Promise<number> {
    const { steps, seconds } = await this.ask<Trained>(stretch);
    return steps / seconds;
  }

  close(): void {
    this.child.stdin?.end();
    this.child.kill();
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};
