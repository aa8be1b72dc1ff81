import { type Text, text } from '../declaration/text.ts';
import { type EpochRecord, type Frame, guideOf, type Metrics } from '../protocol/live-run-messages.ts';
import { figure, type Output, percent } from './output.ts';
import { partNames } from './part-lines.ts';

/** Without a terminal that can rewrite its line, this many lines of progress are enough. */
const plainLines = 10;

/** Tells of a run as its epochs end. */
export class EpochReporter {
  readonly output: Output;
  private next = 1;
  /** What the person knows the learning rate to be. */
  toldRate: number | undefined;

  constructor(output: Output) {
    this.output = output;
  }

  tell(frame: Frame): void {
    for (const { message } of frame.notices ?? []) this.output.notice(message);
    for (const { epoch, step, train, validation, test, learningRate } of frame.epochsEnded) {
      const held = { ...(validation && { validation }), test };
      this.output.result({ event: 'epoch', epoch, step, train, ...held, learningRate });
    }
    const last = frame.epochsEnded.at(-1);
    if (last === undefined || last.epoch < this.next) return;
    this.next = last.epoch + (this.output.live ? 1 : Math.max(1, Math.ceil(frame.epochs / plainLines)));
    this.output.progress(progressLine(frame, last, last.learningRate !== this.toldRate));
    this.toldRate = last.learningRate;
  }
}

/** `isNewRate`: the learning rate is another than the line before told. */
function progressLine(frame: Frame, record: EpochRecord, isNewRate: boolean): Text {
  const { epoch, train, learningRate } = record;
  const { epochs, stepsPerSecond, secondsLeft } = frame;
  const speed = Math.round(stepsPerSecond).toLocaleString('en');
  const left = Number.isFinite(secondsLeft) ? Math.ceil(secondsLeft) : '–';
  const guide = guideOf(record);
  const [trained, guided] = [metricsText(train), metricsText(record[guide])];
  const [en, zh] = [partNames[guide].en, partNames[guide].zh];
  const held = guide === 'train' ? text('', '') : text(` · ${en} ${guided.en}`, ` · ${zh} ${guided.zh}`);
  const rate = isNewRate
    ? text(` · learning rate ${figure(learningRate)}`, ` · 学习率 ${figure(learningRate)}`)
    : text('', '');
  return text(
    `epoch ${epoch}/${epochs} · train ${trained.en}${held.en}${rate.en} · ${speed} steps/s · ${left} s left`,
    `第 ${epoch}/${epochs} 轮 · 训练 ${trained.zh}${held.zh}${rate.zh} · ${speed} 步/秒 · 剩余 ${left} 秒`,
  );
}

export function metricsText(metrics: Metrics | undefined): Text {
  const loss = figure(metrics?.loss);
  if (metrics?.accuracy === undefined) return text(`loss ${loss}`, `损失 ${loss}`);
  const accuracy = percent(metrics.accuracy);
  return text(`loss ${loss}, accuracy ${accuracy}`, `损失 ${loss}，准确率 ${accuracy}`);
}
