import type { KernelChoice } from '../../protocol/live-run-messages.ts';
import {
  compareInference,
  compareProduct,
  compareSpeed,
  compareTelemetry,
  compareThreads,
  showProfile,
} from './comparisons.ts';
import { compareHead } from './head.ts';
import { compareLoading } from './loading.ts';
import type { Measuring } from './turns.ts';
import { large, residual, small, type Workload, workloads } from './workload.ts';

/** A line of the benchmark, by the name that `--only` knows. */
export interface Row {
  readonly name: string;
  readonly measure: (measuring: Measuring) => Promise<void>;
  /** Only of rows that train a network: where the time of a step goes. */
  readonly profile?: (measuring: Measuring) => Promise<void>;
}

const speed = (name: string, workload: Workload, kernels?: KernelChoice): Row => ({
  name,
  measure: (measuring) => compareSpeed(measuring, name, workload, kernels),
  profile: (measuring) => showProfile(measuring, name, workload, kernels),
});

type Comparison = (measuring: Measuring, name: string, workload: Workload) => Promise<void>;

const row = (aspect: string, workload: Workload, compare: Comparison): Row => {
  const name = `${workload.network}+${aspect}`;
  return { name, measure: (measuring) => compare(measuring, name, workload) };
};

const portable = (workload: Workload): Row => speed(`${workload.network}+portable`, workload, 'portable');

const productSize = 512;
const product = `matmul-${productSize}`;

export const rows: readonly Row[] = [
  ...workloads.map((workload) => speed(workload.network, workload)),
  ...[small, large, residual].map(portable),
  row('threads', residual, compareThreads),
  { name: product, measure: (measuring) => compareProduct(measuring, product, productSize) },
  row('inference', residual, compareInference),
  row('telemetry', small, compareTelemetry),
  row('loading', residual, compareLoading),
  row('head', residual, compareHead),
];

/** What is measured where nobody asks for one row: a peer that sits most of them out is met where it takes part. */
export function rowsFor(only: readonly string[], peer: string | undefined): readonly Row[] {
  if (only.length > 0) return rows.filter(({ name }) => only.includes(name));
  if (peer !== 'tfjs') return rows;
  return rows.filter(({ name, profile }) => profile !== undefined && name.startsWith('mlp-'));
}
