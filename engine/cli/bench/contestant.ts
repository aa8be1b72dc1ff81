import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { KernelChoice } from '../../protocol/live-run-messages.ts';
import type { Workload } from './workload.ts';

/**
 * One side of a comparison, in a process of its own that lives through all rounds. It reads one JSON object per line and
 * answers each with one line: a Task is prepared, then a Stretch is trained as often as it is asked for.
 */
export interface Task extends Workload {
  /** Not of TensorFlow.js, which has one thread under Node. */
  readonly threads?: number;
  /** TensorFlow.js only. */
  readonly backend?: 'wasm' | 'cpu';
  /** Engine only. */
  readonly kernels?: KernelChoice;
  /** Engine only: images that it is trained on, cropped and mirrored, in place of its usual data. */
  readonly data?: string;
  /** Engine only: all layers but the last are frozen. */
  readonly head?: true;
}

export interface Stretch {
  readonly seconds: number;
  /** Engine only: frames as for a studio, with all histograms or with none; absent = bare steps. */
  readonly frames?: 'all' | 'none';
  /** Engine only: steps on the batch that is there. */
  readonly loaded?: true;
}

/** One thread's product of two square matrices of this size, over and over. */
export interface Product {
  readonly matmul: number;
  readonly seconds: number;
}

/** Engine only: the network of the task for single samples, over and over. */
export interface Inference {
  readonly infer: true;
  readonly seconds: number;
}

/** Engine only: which kernels the steps of the task spend their time in, one call at a time on one thread. */
export interface Profile {
  readonly profile: true;
  readonly seconds: number;
}

export interface KernelTime {
  readonly kernel: string;
  /** Calls per step. */
  readonly calls: number;
  readonly msPerStep: number;
  /** 10⁹ multiply-adds counted twice, per second; 0 for kernels that mostly move numbers. */
  readonly gflops: number;
}

/** Before anything is measured. */
export const warmUp: Stretch = { seconds: 0.3 };

export type Question = Task | Stretch | Product | Inference | Profile;

export interface Trained {
  readonly steps: number;
  readonly seconds: number;
  /** Of the last step; not of PyTorch. */
  readonly loss?: number;
  /** Engine only: of those, what the process had of a processor. */
  readonly cpuSeconds?: number;
}

export const perSecond = ({ steps, seconds }: Trained): number => steps / seconds;

export class Contestant {
  private readonly child: ChildProcess;
  private readonly answers: AsyncIterator<string>;
  private errors = '';

  constructor(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
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

  async ask<T>(question: Question): Promise<T> {
    this.child.stdin?.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.answers.next();
    if (done === true) throw new Error(`a side of the benchmark ended: ${this.errors.trim()}`);
    return JSON.parse(value) as T;
  }

  /** Steps, products or samples per second. */
  async perSecond(question: Stretch | Product | Inference): Promise<number> {
    return perSecond(await this.ask<Trained>(question));
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
