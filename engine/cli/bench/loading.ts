import { text } from '../../declaration/text.ts';
import { dataPath } from '../known-data.ts';
import { percent } from '../output.ts';
import { cifarLikeFolder } from './cifar-files.ts';
import { startEngine } from './comparisons.ts';
import { median, perSecond, type Trained } from './contestant.ts';
import { type Measuring, mostRounds, shown } from './turns.ts';
import type { Workload } from './workload.ts';

/** Some ten steps, in many pairs: the two of a pair meet the same machine, whose speed drifts by more than loading costs. */
const stretchSeconds = 1;
const pairsPerRound = 2;

/**
 * What loading costs: a network trained on images that are gathered, cropped and mirrored for every step, and the same
 * network trained on a batch that is there already.
 */
export async function compareLoading(measuring: Measuring, name: string, workload: Workload): Promise<void> {
  const { output, rounds = mostRounds, data } = measuring;
  const made = data === undefined ? cifarLikeFolder() : undefined;
  try {
    const path = made?.path ?? (await dataPath(data as string, output));
    const { engine, ready } = await startEngine({ ...workload, data: path });
    try {
      const trained = { loading: [] as Trained[], loaded: [] as Trained[] };
      const pairs = rounds * pairsPerRound;
      for (let pair = 1; pair <= pairs; pair++) {
        if (output.live)
          output.progress(text(`${name}: pair ${pair}/${pairs}`, `${name}：第 ${pair}/${pairs} 对`));
        const order = pair % 2 === 0 ? (['loaded', 'loading'] as const) : (['loading', 'loaded'] as const);
        for (const which of order) {
          const stretch = { seconds: stretchSeconds, ...(which === 'loaded' && { loaded: true as const }) };
          trained[which].push(await engine.ask<Trained>(stretch));
        }
      }
      const stepsPerSecond = median(trained.loading.map(perSecond));
      const withoutLoading = median(trained.loaded.map(perSecond));
      const keeps = median(
        trained.loading.map((each, pair) => perSecond(each) / perSecond(trained.loaded[pair] as Trained)),
      );
      const { kernels, workers } = ready;
      output.result(
        {
          bench: name,
          batch: workload.batch,
          stepsPerSecond,
          withoutLoading,
          keeps,
          data: data ?? null,
          kernels,
          workers,
        },
        text(
          `${name}, batch ${workload.batch}: ${shown(stepsPerSecond)} steps/s with images loaded, cropped and mirrored, ${percent(keeps)} of the speed without`,
          `${name}，批大小 ${workload.batch}：载入图像并随机裁剪、翻转时 ${shown(stepsPerSecond)} 步/秒，为不载入时速度的 ${percent(keeps)}`,
        ),
      );
    } finally {
      engine.close();
    }
  } finally {
    made?.remove();
  }
}
