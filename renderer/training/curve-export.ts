import { StepSeries } from '../../engine/protocol/step-series.ts';
import { cssColor } from '../charts/color-map.ts';
import { isLearned } from '../charts/curve-data.ts';
import { curveTable, type TabledRun } from '../charts/curve-table.ts';
import { palette } from '../charts/palette.ts';
import { TimeChart, type TimeChartView } from '../charts/time-chart.ts';
import { notify } from '../design/toast.tsx';
import { fileStem } from '../document/file-stem.ts';
import { sentenceOf } from '../engine/engine-client.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { currentLanguage, type Translate } from '../i18n/i18n.ts';
import type { Overlays } from '../runs/overlaid.ts';
import { runRgb } from '../runs/run-color.ts';
import { shell } from '../shell/current.ts';
import { CurveModel, type CurveSubject } from './curve-model.ts';
import { windowOf } from './curve-settings.ts';
import { heldOutColors, heldOutOf } from './held-out.ts';

/** Everything that is drawn, as a table of every figure over the steps. */
export async function saveTable(ring: FrameRing | undefined, overlays: Overlays, name: string, t: Translate) {
  const own: TabledRun[] = ring
    ? [{ name: overlays.current?.name ?? name, steps: ring.steps, epochs: ring.epochs.records }]
    : [];
  const others = overlays.others.map(({ label, curves }) => ({
    name: label.name,
    steps: StepSeries.from(curves.steps),
    epochs: curves.epochs,
  }));
  await save(async () => new TextEncoder().encode(curveTable([...own, ...others])), 'csv', name, t);
}

/** The charts as they are now, one below the other, in the look of the studio. */
export async function savePicture(subjects: readonly CurveSubject[], name: string, t: Translate) {
  await save(() => pngOf(subjects, name, t), 'png', name, t);
}

async function save(make: () => Promise<Uint8Array>, extension: 'csv' | 'png', name: string, t: Translate) {
  try {
    const bytes = await make();
    const kind = { description: t(`curves.export.${extension}`), extension };
    const written = await shell.saveFile(bytes, kind, `${fileStem(name, 'curves')}-curves.${extension}`);
    if (!written) return;
    const detail = extension === 'csv' ? t('curves.export.tableDetail') : undefined;
    notify({ tone: 'success', title: t('curves.export.saved', { file: written.name }), detail });
  } catch (error) {
    notify({
      tone: 'error',
      title: t('curves.export.notSaved'),
      detail: sentenceOf(error)[currentLanguage()],
    });
  }
}

/** Pixels of a picture to one of the screen's. */
const scale = 2;
const size = { width: 760, height: 300, head: 34, margin: 16 } as const;

async function pngOf(subjects: readonly CurveSubject[], name: string, t: Translate): Promise<Uint8Array> {
  const { width, height, head, margin } = size;
  const canvas = document.createElement('canvas');
  canvas.width = (width + 2 * margin) * scale;
  canvas.height = (head + subjects.length * (height + head) + margin) * scale;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the browser gives no canvas');
  const colors = palette();
  context.scale(scale, scale);
  context.fillStyle = cssColor(colors.surface);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.textBaseline = 'middle';
  context.fillStyle = cssColor(colors.text);
  context.font = `600 15px ${colors.font}`;
  context.fillText(name, margin, head / 2 + 4, width);
  // All at once: the run goes on while they are drawn.
  const taken = subjects.map((subject) => {
    const model = new CurveModel(subject, t);
    return { subject, model, view: model.view(windowOf(subject.ring?.started.run ?? '')) };
  });
  for (const [i, { subject, model, view }] of taken.entries()) {
    const top = head + i * (height + head);
    drawHead(context, subject, top + head / 2, t);
    const chart = await chartOf(model, view);
    context.drawImage(chart.canvas, margin, top + head, width, height);
    chart.destroy();
  }
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (blob === null) throw new Error(`a picture of ${canvas.width} × ${canvas.height} pixels`);
  return new Uint8Array(await blob.arrayBuffer());
}

/** A chart that nobody sees, so many times larger that its pixels are those of the picture. */
async function chartOf(model: CurveModel, view: TimeChartView): Promise<TimeChart> {
  const magnified = scale / (window.devicePixelRatio || 1);
  const chart = new TimeChart(document.createElement('div'), { ...model.options, magnified }, model.colors);
  chart.resize(size.width * magnified, size.height * magnified);
  chart.show(view);
  // uPlot draws in a microtask.
  await new Promise((resolve) => {
    setTimeout(resolve);
  });
  return chart;
}

/** The chart's name, and which line is whose. */
function drawHead(context: CanvasRenderingContext2D, subject: CurveSubject, y: number, t: Translate): void {
  const { metric, ring, others, color } = subject;
  const held = heldOutOf(subject);
  const colors = heldOutColors(palette(), held);
  let x: number = size.margin;
  const write = (words: string, font: string): void => {
    context.font = `${font} ${colors.font}`;
    context.fillStyle = cssColor(colors.text);
    context.fillText(words, x, y);
    x += context.measureText(words).width + 16;
  };
  const line = (stroke: string, dash: number[], words: string): void => {
    context.strokeStyle = stroke;
    context.lineWidth = 2;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 22, y);
    context.stroke();
    x += 28;
    write(words, '12px');
  };
  write(t(`curves.${metric}`), '600 13px');
  const own = (part: 'train' | 'test'): string =>
    cssColor(color === undefined ? colors[part] : runRgb(color));
  if (isLearned(metric)) {
    line(own('train'), [], t('curves.train'));
    line(own('test'), [5, 3], t(`curves.${held}`));
  } else if (ring) line(own('train'), [], t(`curves.shows.${metric}`));
  for (const { label } of others) line(cssColor(runRgb(label.color)), [], label.name);
}
