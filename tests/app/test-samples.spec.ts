import { cifar100Like, dataFolder } from '../engine/data/sample-files.ts';
import { expect, numberIn, type Studio, test } from './studio.ts';

/** Fewer samples and epochs than the template has, so that it is over soon. */
async function openSmall(studio: Studio, title: string, count: string, epochs: string): Promise<void> {
  await studio.openTemplate(title);
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), epochs);
  await studio.setNumber(studio.node('data').getByRole('spinbutton'), count);
  await studio.selectNothing();
}

test('LeNet-5 shows test images with their classes, and after training what it takes them for', async ({
  studio,
  page,
}) => {
  await openSmall(studio, 'LeNet-5', '600', '3');
  await studio.tab('Evaluate').click();
  const samples = page.getByRole('list', { name: 'Test samples' });
  await expect(samples.getByRole('listitem')).toHaveCount(48);
  await expect(samples.getByRole('listitem').first()).toHaveText(/^(circle|triangle|square|star)$/);
  // The picture of a shape is no even plane.
  const colours = await samples
    .locator('canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
      };
      return new Set(data).size;
    });
  expect(colours).toBeGreaterThan(50);

  await studio.train();
  await studio.expectPhase('done');
  await studio.tab('Evaluate').click();
  await expect(page.getByTestId('evaluate-title')).toHaveText(/^Shapes . test samples, step 24$/);
  const caption = page.getByTestId('confusion').locator('caption');
  await expect(caption).toHaveText(/^Test samples: \d+ of 120 right \(\d+\.\d %\)$/);
  const right = Number(/(\d+) of/.exec((await caption.textContent()) ?? '')?.[1]);

  await page.getByRole('switch', { name: 'Only wrong ones' }).click();
  const wrong = samples.getByRole('listitem');
  await expect(wrong).toHaveCount(Math.min(48, 120 - right));
  await expect(wrong.first()).toHaveText(/true: (circle|triangle|square|star)$/);
  await expect(wrong.first().getByLabel('wrong', { exact: true })).toBeVisible();

  // One of them alone: the likeliest answers, and what in the picture they hang on.
  const one = page.getByTestId('one-image');
  const bars = page.getByTestId('answer-bars').getByRole('listitem');
  await wrong.first().getByRole('button').click();
  await expect(one).toHaveAttribute('data-step', '24');
  const shares = (await bars.allTextContents()).map((bar) => numberIn(/[\d.]+ %$/.exec(bar)?.[0] ?? ''));
  expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
  await one.getByRole('switch', { name: 'Show what it hangs on' }).click();
  await expect(one.getByRole('img', { name: /coloured by how much each part matters/ })).toBeVisible();

  // A picture of one's own: drawn, refused where it is none, or any that there is.
  await studio.button('Try a picture').click();
  await expect(one).toHaveCount(0);
  const { x, y } = (await page.getByTestId('drawing-pad').boundingBox()) ?? { x: 0, y: 0 };
  await studio.drag({ x: x + 40, y: y + 40 }, { x: x + 160, y: y + 120 });
  await expect(bars).toHaveCount(4);
  const file = page.getByTestId('picture-file');
  await file.setInputFiles({ name: 'words.png', mimeType: 'image/png', buffer: Buffer.from('words') });
  await expect(page.getByRole('alert')).toHaveText(/^words\.png: expected a picture/);
  await file.setInputFiles({ name: 'studio.png', mimeType: 'image/png', buffer: await page.screenshot() });
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(one).toHaveAttribute('data-step', '24');
  await studio.button('Clear').click();
  await expect(one).toHaveCount(0);

  await studio.button('First filters').click();
  await expect(page.getByTestId('filters')).toContainText('First filters: conv1, 6 of 5×5, step 24');
  await expect(page.getByTestId('filters').getByRole('listitem')).toHaveCount(6);
  await studio.button('Test samples').click();

  // The table counts the same samples that the accuracy of the curves does.
  const share = /\((.*)\)/.exec((await caption.textContent()) ?? '')?.[1] ?? '';
  await studio.tab('Curves').click();
  await expect(page.getByTestId('test-accuracy')).toHaveText(share);
});

test('the Transformer shows sequences with the symbols wanted and answered', async ({ studio, page }) => {
  await openSmall(studio, 'Transformer', '400', '2');
  await studio.tab('Evaluate').click();
  const row = page.getByRole('list', { name: 'Test samples' }).getByRole('listitem').first().getByRole('row');
  const cells = async (line: number): Promise<string[]> =>
    (await row.nth(line).getByRole('cell').allTextContents()).map((cell) => cell.trim());
  await expect(row).toHaveCount(3);
  const [input, wanted] = [await cells(0), await cells(1)];
  expect(input).toHaveLength(16);
  expect(input[8], 'the mark between question and answer').toBe('|');
  expect(wanted.slice(0, 8).join('')).toBe('');
  expect(wanted.slice(8), 'the question from low to high').toEqual(input.slice(0, 8).toSorted());
  expect((await cells(2)).join('')).toBe('');

  await studio.train();
  await studio.expectPhase('done');
  await studio.tab('Evaluate').click();
  await expect(page.getByTestId('evaluate-title')).toHaveText(/^Sequences . test samples, step 20$/);
  await expect(page.getByTestId('sequence-totals')).toContainText(/Symbols\d+ of 640 right/);
  const answered = await cells(2);
  expect(answered.slice(0, 8).join('')).toBe('');
  expect(answered.slice(8).every((symbol) => /^[0-7|]$/.test(symbol))).toBe(true);
  const marked = await row.nth(2).locator('[data-wrong]').count();
  expect(marked).toBe(answered.slice(8).filter((symbol, i) => symbol !== wanted[8 + i]).length);
});

test('the Transformer is asked about a sequence whose symbols are chosen by mouse or keyboard', async ({
  studio,
  page,
}) => {
  await openSmall(studio, 'Transformer', '400', '12');
  await studio.train();
  await studio.expectPhase('done');
  await studio.tab('Evaluate').click();
  const question = page.getByRole('region', { name: 'Ask about a sequence' });
  const places = question.getByRole('combobox');
  await expect(places).toHaveCount(16);
  const symbols = async (): Promise<string[]> => await places.allTextContents();
  // It begins with the first of the samples, and says of it what stands there.
  const cells = page
    .getByRole('list', { name: 'Test samples' })
    .getByRole('listitem')
    .first()
    .getByRole('row');
  await expect(cells.nth(0).getByRole('cell')).toHaveCount(16);
  await expect(cells.nth(2).getByRole('cell').last()).not.toBeEmpty();
  const given = await cells.nth(0).getByRole('cell').allTextContents();
  expect(await symbols()).toEqual(given);
  const answers = async (): Promise<string[]> =>
    (await question.getByTestId('symbol-answer').allTextContents()).map(
      (told) => /^answer (\S+) \d+ %$/.exec(told)?.[1] ?? told,
    );
  await expect
    .poll(answers)
    .toEqual((await cells.nth(2).getByRole('cell').allTextContents()).map((cell) => cell.trim()));
  await expect(question.getByRole('button', { name: 'Back to the sample' })).toBeHidden();

  // Four symbols are chosen by mouse and one by keyboard; each is answered at once.
  const told = (): Promise<string[]> => question.getByTestId('symbol-answer').allTextContents();
  const before = await told();
  for (let place = 1; place <= 4; place++)
    await studio.choose(
      question.getByRole('combobox', { name: `Symbol at place ${place}`, exact: true }),
      '7',
    );
  const fifth = question.getByRole('combobox', { name: 'Symbol at place 5', exact: true });
  await fifth.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('option')).toHaveCount(9);
  await page.keyboard.press('7');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('option')).toHaveCount(0);
  expect((await symbols()).slice(0, 5)).toEqual(['7', '7', '7', '7', '7']);
  expect((await symbols()).slice(5)).toEqual(given.slice(5));
  await expect.poll(told).not.toEqual(before);
  await question.getByRole('button', { name: 'Back to the sample' }).click();
  await expect.poll(told).toEqual(before);
  expect(await symbols()).toEqual(given);
});

test('a network for waveforms is asked about a signal that is drawn, or moved by keys', async ({
  studio,
  page,
}) => {
  await openSmall(studio, 'Waveforms', '600', '12');
  await studio.train();
  await studio.expectPhase('done');
  await studio.tab('Evaluate').click();
  const question = page.getByRole('region', { name: 'Ask about a signal' });
  const curve = question.getByRole('slider', { name: 'Signal' });
  const told = async (): Promise<string> => (await curve.getAttribute('aria-valuetext')) ?? '';
  const valueAt = async (): Promise<number> => numberIn(/: (.*)$/.exec(await told())?.[1] ?? '');
  const bars = question.getByTestId('answer-bars').getByRole('listitem');
  await expect(bars).toHaveCount(4);
  const answers = (): Promise<string[]> => bars.allTextContents();

  // A flat line is drawn through the middle by mouse: every value under the stroke is what it was drawn at.
  const before = await answers();
  const { x, y, width, height } = (await curve.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await studio.drag({ x: x + 46, y: y + height / 2 }, { x: x + width - 14, y: y + height / 2 });
  await expect.poll(answers).not.toEqual(before);
  await page.mouse.move(x + width / 3, y + 4);
  const flat = await valueAt();
  await page.mouse.move(x + width / 2, y + 4);
  expect(await valueAt()).toBe(flat);
  await expect(question.getByTestId('signal-value')).toHaveText(/^Place 6\d of 128: /);

  // By keys: a place is chosen, and its value raised and lowered.
  const drawn = await answers();
  await curve.focus();
  await page.keyboard.press('Home');
  await expect.poll(told).toMatch(/^Place 1 of 128: /);
  for (let i = 0; i < 2; i++) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(told).toMatch(/^Place 22 of 128: /);
  expect(await valueAt()).toBe(flat);
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowUp');
  const raised = await valueAt();
  expect(raised).toBeGreaterThan(flat);
  await expect.poll(answers).not.toEqual(drawn);
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowDown');
  expect(await valueAt()).toBeCloseTo(flat, 3);
  await expect.poll(answers).toEqual(drawn);

  // A sample that is chosen begins it anew.
  await page.getByRole('list', { name: 'Test samples' }).getByRole('button').nth(1).click();
  await expect.poll(answers).not.toEqual(drawn);
  await expect(question.getByRole('button', { name: 'Back to the sample' })).toBeHidden();
});

/** Every class of CIFAR-100 in turn, five to each superclass: all of them to train on, the first forty to test with. */
function everyClass() {
  const files = cifar100Like(200, 40);
  for (const name of ['train.bin', 'test.bin'] as const) {
    const bytes = files[name] as Uint8Array;
    for (let at = 0, i = 0; at < bytes.length; at += 2 + 3072, i++)
      bytes.set([Math.floor((i % 100) / 5), i % 100], at);
  }
  return files;
}

test('of images with coarse labels the answers are counted by superclasses too', async ({ studio, page }) => {
  const files = dataFolder();
  const folder = files.write('cifar100', everyClass());
  await studio.openTemplate('LeNet-5');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '2');
  await studio.button('Data').click();
  await studio.button('Open data…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').first().fill(folder);
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await studio.button('Build').click();
  await studio.train();
  await studio.expectPhase('done');
  await studio.tab('Evaluate').click();
  const map = page.getByTestId('confusion-map');
  await expect(map).toHaveAttribute('width', '100');
  const byClass = await page.getByTestId('confusion-caption').textContent();
  await expect(page.getByTestId('per-group')).toHaveCount(0);

  await studio.button('Superclasses').click();
  await expect(map).toHaveAttribute('width', '20');
  const rows = page.getByTestId('per-group').locator('tbody').getByRole('row');
  await expect(rows).toHaveCount(20);
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)),
  );
  expect(cells.map(([classes]) => classes)).toEqual(Array.from({ length: 20 }, () => '5'));
  expect(cells.map(([, samples]) => samples)).toEqual(
    Array.from({ length: 20 }, (_, group) => (group < 8 ? '5' : '0')),
  );
  // The table, the figure and the map's sentence tell of the same answers.
  const sum = (column: number): number =>
    cells.reduce((all, row) => all + (Number(row[1]) * (Number.parseFloat(row[column] ?? '') || 0)) / 100, 0);
  const rightOf = (caption: string | null): number => Number(/(\d+) of 40 right/.exec(caption ?? '')?.[1]);
  expect(sum(2)).toBeCloseTo(rightOf(byClass), 5);
  const caption = await page.getByTestId('confusion-caption').textContent();
  expect(sum(3)).toBeCloseTo(rightOf(caption), 5);
  await expect(page.getByTestId('top-shares')).toContainText(
    `Right superclass${((100 * rightOf(caption)) / 40).toFixed(1)} %`,
  );

  // A pair of superclasses shows its samples.
  const pair = page.getByRole('button', { name: /^coarse \d+ → coarse \d+/ }).first();
  const [, truth, , count] =
    /^coarse (\d+) → coarse (\d+?)(\d)$/.exec((await pair.textContent()) ?? '') ?? [];
  await pair.click();
  const samples = page.getByRole('list', { name: 'Test samples' }).getByRole('listitem');
  await expect(samples).toHaveCount(Number(count));
  const first = Number(truth) * 5;
  await expect(samples.first()).toHaveText(
    new RegExp(`true: fine (${[0, 1, 2, 3, 4].map((i) => first + i).join('|')})$`),
  );
  await studio.button('Classes').click();
  await expect(samples).toHaveCount(40);
  files.remove();
});
