import { type Text, text } from '../declaration/text.ts';
import type { FinishedRun } from '../hosts/run-messages.ts';
import type { Part } from '../protocol/data-messages.ts';
import type { Metrics } from '../protocol/live-run-messages.ts';
import { figure, type Output } from './output.ts';
import { partLines } from './part-lines.ts';

/** What one figure comes to over several runs. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation of the runs that these are a sample of. */
  readonly deviation: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}

type Measured = 'loss' | 'accuracy';
type Spreads = Partial<Record<Measured, Spread>>;

/** Trains once for each of `count` seeds from `first` on, and tells what they come to; ends with a run that does not finish. */
export async function overSeeds(
  output: Output,
  first: number,
  count: number,
  train: (seed: number) => Promise<FinishedRun>,
): Promise<void> {
  const seeds = Array.from({ length: count }, (_, i) => first + i);
  const outcomes: FinishedRun[] = [];
  for (const seed of seeds) {
    const outcome = await train(seed);
    if (outcome.state !== 'done') return;
    outcomes.push(outcome);
  }
  const spreads: Record<Part, Spreads> = {
    train: spreadsOf(outcomes.map((outcome) => outcome.train)),
    validation: spreadsOf(outcomes.map((outcome) => outcome.validation)),
    test: spreadsOf(outcomes.map((outcome) => outcome.test)),
  };
  const { train: trained, validation, test } = spreads;
  const lines = partLines((part) =>
    part === 'train' || spreads[part].loss !== undefined ? spreadsText(spreads[part]) : undefined,
  );
  const held = { ...(validation.loss && { validation }), ...(test.loss && { test }) };
  output.result(
    { event: 'seeds', seeds, train: trained, ...held },
    text(
      `Mean and standard deviation over the seeds ${seeds.join(', ')}\n${lines.en}`,
      `种子 ${seeds.join('、')} 的均值与标准差\n${lines.zh}`,
    ),
  );
}

function spreadsOf(all: readonly (Metrics | undefined)[]): Spreads {
  const of = (name: Measured): Spread | undefined => {
    const values = all.map((metrics) => metrics?.[name]).filter((value) => value !== undefined);
    return values.length === all.length ? spreadOf(values) : undefined;
  };
  const [loss, accuracy] = [of('loss'), of('accuracy')];
  return { ...(loss && { loss }), ...(accuracy && { accuracy }) };
}

function spreadsText({ loss, accuracy }: Spreads): Text {
  const [en, zh] = loss === undefined ? ['', ''] : [`loss ${spread(loss)}`, `损失 ${spread(loss)}`];
  if (accuracy === undefined) return text(en, zh);
  const share = `${(accuracy.mean * 100).toFixed(2)} ± ${(accuracy.deviation * 100).toFixed(2)} %`;
  return text(`${en}, accuracy ${share}`, `${zh}，准确率 ${share}`);
}

const spread = ({ mean, deviation }: Spread): string => `${figure(mean)} ± ${figure(deviation)}`;
