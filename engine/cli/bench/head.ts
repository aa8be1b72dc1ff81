import { text } from '../../declaration/text.ts';
import { startEngine } from './comparisons.ts';
import { median, perSecond, type Trained } from './contestant.ts';
import { type Measuring, mostRounds, shown } from './turns.ts';
import type { Workload } from './workload.ts';

/** Some ten steps, in many pairs: the two of a pair meet the same machine. */
const stretchSeconds = 1;
const pairsPerRound = 2;

/** What freezing gains: a network of which the last layer alone is trained, and the same network trained as a whole. */
export async function compareHead(measuring: Measuring, name: string, workload: Workload): Promise<void> {
  const { output, rounds = mostRounds } = measuring;
  const whole = await startEngine(workload);
  try {
    const head = await startEngine({ ...workload, head: true });
    try {
      const trained = { whole: [] as Trained[], head: [] as Trained[] };
      const pairs = rounds * pairsPerRound;
      for (let pair = 1; pair <= pairs; pair++) {
        if (output.live)
          output.progress(text(`${name}: pair ${pair}/${pairs}`, `${name}：第 ${pair}/${pairs} 对`));
        const order = pair % 2 === 0 ? (['whole', 'head'] as const) : (['head', 'whole'] as const);
        for (const which of order) {
          const { engine } = which === 'head' ? head : whole;
          trained[which].push(await engine.ask<Trained>({ seconds: stretchSeconds }));
        }
      }
      const stepsPerSecond = median(trained.head.map(perSecond));
      const wholeStepsPerSecond = median(trained.whole.map(perSecond));
      const ratio = median(
        trained.head.map((each, pair) => perSecond(each) / perSecond(trained.whole[pair] as Trained)),
      );
      const { kernels, workers } = head.ready;
      output.result(
        { bench: name, batch: workload.batch, stepsPerSecond, wholeStepsPerSecond, ratio, kernels, workers },
        text(
          `${name}, batch ${workload.batch}: ${shown(stepsPerSecond)} steps/s with all but the last layer frozen, ${ratio.toFixed(2)} times those of training all`,
          `${name}，批大小 ${workload.batch}：只训练最后一层、其余冻结时 ${shown(stepsPerSecond)} 步/秒，为训练全部时的 ${ratio.toFixed(2)} 倍`,
        ),
      );
    } finally {
      head.engine.close();
    }
  } finally {
    whole.engine.close();
  }
}
