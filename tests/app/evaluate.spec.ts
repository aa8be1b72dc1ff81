import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { colorAround, distance, rgbOf } from './pixels.ts';
import { expect, numberIn, test } from './studio.ts';

test('the line template answers 5 at x = 5, and any other x', async ({ studio, page }) => {
  await studio.openTemplate('Line fit');
  await studio.train();
  await studio.expectPhase('done');
  await studio.tab('Evaluate').click();
  await expect(page.getByTestId('evaluate-title')).toHaveText(/^Line . fitted line, step 400$/);
  await expect(page.getByTestId('line-fit')).toHaveAttribute('data-step', '400');
  const answer = page.getByTestId('predict-y');
  const y = async (): Promise<number> => numberIn(((await answer.textContent()) ?? '').replace('y = ', ''));
  await expect(page.getByRole('spinbutton', { name: 'Predict y at x =' })).toHaveValue('5');
  await expect.poll(y).toBeGreaterThan(4.95);
  expect(await y()).toBeLessThan(5.05);
  await studio.setNumber(page.getByRole('spinbutton', { name: 'Predict y at x =' }), '-3');
  await expect.poll(y).toBeLessThan(-2.95);
  expect(await y()).toBeGreaterThan(-3.05);

  // The sample nearest to the pointer is read with its answer, and by keys from the least x to the greatest.
  const plot = page.getByTestId('line-fit');
  const pointed = page.getByTestId('line-pointed');
  await expect(pointed).toHaveText('');
  const read = async (): Promise<readonly [x: number, truth: number, answer: number]> => {
    const told = /^x = (\S+): true (\S+), answered (\S+)$/.exec((await pointed.textContent()) ?? '');
    const [, x = '', truth = '', answered = ''] = told ?? [];
    return [numberIn(x), numberIn(truth), numberIn(answered)];
  };
  const box = (await plot.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.2);
  const [high, truth, answered] = await read();
  expect(truth).toBeCloseTo(high, 0);
  expect(answered, 'the line is y = x').toBeCloseTo(high, 1);
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.8);
  await expect.poll(async () => (await read())[0]).toBeLessThan(high);
  await plot.focus();
  await page.keyboard.press('Home');
  const [least] = await read();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await read())[0]).toBeGreaterThan(least);
  await page.keyboard.press('Escape');
  await expect(pointed).toHaveText('');
});

test('while it trains, it is said that the samples are on their way before they are there', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('ResNet-20');
  await studio.train();
  await studio.expectStepBeyond(0);
  await page.evaluate(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    new MutationObserver(() => {
      const status = document.querySelector('[role="tabpanel"] [role="status"]')?.textContent ?? '';
      if (status !== told.at(-1)) told.push(status);
    }).observe(document.body, { childList: true, subtree: true });
  });
  await studio.tab('Evaluate').click();
  await expect(page.getByTestId('test-samples')).toHaveAttribute('data-step', /\d/);
  expect(await page.evaluate(() => (window as unknown as { told: string[] }).told.join(' '))).toMatch(
    /Loading the samples.*this can take a few seconds/,
  );
  await studio.button('Stop').click();
  await studio.expectPhase('stopped');
});

test('the decision boundary of Circle has one class in the middle and the other in the corners', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.tab('Evaluate').click();
  await expect(page.getByTestId('evaluate-title')).toHaveText(/^Circle . samples$/);
  await studio.train();
  await studio.expectPhase('done');
  await studio.tab('Evaluate').click();
  await expect(page.getByTestId('evaluate-title')).toHaveText(/^Circle . decision boundary, step 15,000$/);
  const canvas = page.getByRole('img', { name: /^Circle . decision boundary, step 15,000$/ });
  await expect(canvas).toHaveAttribute('data-step', '15000');

  const dot = (name: string) => page.getByRole('listitem').filter({ hasText: name }).locator('i');
  const colors = await Promise.all(
    ['inside', 'outside'].map(async (name) =>
      rgbOf(await dot(name).evaluate((element) => getComputedStyle(element).backgroundColor)),
    ),
  );
  const [inside, outside] = colors;
  if (inside === undefined || outside === undefined) throw new Error('the legend names no classes');
  const isInside = async (x: number, y: number): Promise<boolean> => {
    const seen = await colorAround(canvas, x, y);
    return distance(seen, inside) < distance(seen, outside);
  };
  // The plane is a square in the middle of the canvas, which may be wider.
  await expect.poll(() => isInside(0.5, 0.5)).toBe(true);
  const { width, height } = (await canvas.boundingBox()) ?? { width: 1, height: 1 };
  const [left, top] = [
    0.5 - (0.46 * Math.min(width, height)) / width,
    0.5 - (0.46 * Math.min(width, height)) / height,
  ];
  for (const [x, y] of [
    [left, top],
    [1 - left, top],
    [left, 1 - top],
    [1 - left, 1 - top],
  ] as const) {
    expect(await isInside(x, y)).toBe(false);
  }

  // A point is dragged there, or typed here: the network answers for it.
  const point = page.getByTestId('point-answer');
  await studio.setNumber(page.getByRole('spinbutton', { name: 'First input' }), '0');
  await studio.setNumber(page.getByRole('spinbutton', { name: 'Second input' }), '0');
  await expect(point).toHaveText(/^inside · \d+\.\d %$/);
  const corner = (await canvas.boundingBox()) ?? { x: 0, y: 0 };
  await studio.drag(
    { x: corner.x + width / 2, y: corner.y + height / 2 },
    { x: corner.x + width * (left + 0.02), y: corner.y + height * (top + 0.02) },
  );
  await expect(point).toHaveText(/^outside · \d+\.\d %$/);
  expect(numberIn(await page.getByRole('spinbutton', { name: 'First input' }).inputValue())).toBeLessThan(
    -0.5,
  );

  // Class by class the same samples are counted; the worst of them come first.
  const perClass = page.getByTestId('per-class').locator('tbody tr');
  const support = await perClass.locator('td:last-child').allTextContents();
  expect(support.reduce((sum, count) => sum + numberIn(count), 0)).toBe(400);
  const worst = await page.getByTestId('worst-samples').locator('tbody td:last-child').allTextContents();
  expect(worst).toHaveLength(10);
  expect(worst.map(numberIn)).toEqual(worst.map(numberIn).toSorted((a, b) => b - a));

  // The table beside it counts the same test samples that the accuracy of the curves does.
  const caption = page.getByTestId('confusion').locator('caption');
  await expect(caption).toHaveText(/^Test samples: \d+ of 400 right \(\d+\.\d %\)$/);
  const share = /\((.*)\)/.exec((await caption.textContent()) ?? '')?.[1] ?? '';
  await studio.tab('Curves').click();
  await expect(page.getByTestId('test-accuracy')).toHaveText(share);
});

test('the figures of a place on the plane and of a pair of classes are read by mouse and by keys', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '200');
  await studio.tab('Evaluate').click();
  await studio.train();
  await studio.expectPhase('done');
  const plane = page.getByTestId('boundary');
  await expect(plane).toHaveAttribute('data-step', String(await studio.step()));
  const pointed = page.getByTestId('boundary-pointed');
  await expect(pointed).toHaveText('');
  const { x, y, width, height } = (await plane.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const side = Math.min(width, height);
  await page.mouse.move(x + width / 2 + 1, y + height / 2 + 1);
  await expect(pointed).toHaveText(/^at \S+, \S+: inside · \d+\.\d %$/);
  await page.mouse.move(x + width / 2 - 0.46 * side, y + height / 2 - 0.46 * side);
  await expect(pointed).toHaveText(/^at −\S+, \d\S+: outside · \d+\.\d %$/);
  // The same that the network answers where it is asked about that point.
  const [, right = '', up = '', told] =
    /^at (\S+), (\S+): (.*)$/.exec((await pointed.textContent()) ?? '') ?? [];
  await studio.setNumber(page.getByRole('spinbutton', { name: 'First input' }), `${numberIn(right)}`);
  await studio.setNumber(page.getByRole('spinbutton', { name: 'Second input' }), `${numberIn(up)}`);
  await expect(page.getByTestId('point-answer')).toHaveText(told ?? '');
  // By keys from the middle, a cell at a time.
  await plane.focus();
  const place = async (): Promise<readonly number[]> =>
    (/^at (\S+), (\S+):/.exec((await pointed.textContent()) ?? '') ?? []).slice(1).map(numberIn);
  await page.keyboard.press('ArrowRight');
  const [first = 0, level] = await place();
  await page.keyboard.press('ArrowRight');
  const [next = 0, same] = await place();
  expect(next).toBeGreaterThan(first);
  expect(same).toBe(level);
  await page.keyboard.press('Escape');
  await expect(pointed).toHaveText('');

  // Of a pair of classes: both, how many, and the share of those that are truly so.
  const table = page.getByTestId('confusion');
  const cells = table.getByRole('row').nth(2).getByRole('cell');
  const counts = (await cells.allTextContents()).slice(0, 2).map(numberIn);
  const [wrong = 0, hits = 0] = counts;
  const share = (count: number): string => `${((100 * count) / (wrong + hits)).toFixed(1)} %`;
  const pair = page.getByTestId('confusion-pointed');
  await cells.nth(1).hover();
  await expect(pair).toHaveText(`inside answered as inside: ${hits} of ${wrong + hits} (${share(hits)})`);
  await table.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(pair).toHaveText(`inside answered as outside: ${wrong} of ${wrong + hits} (${share(wrong)})`);
});

test('the boundary is seen as it was at earlier moments of the training', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '1000000');
  await studio.tab('Evaluate').click();
  await studio.train();
  await studio.tab('Evaluate').click();
  const film = page.getByRole('slider', { name: 'Moment of the training' });
  await expect
    .poll(async () => Number(await film.getAttribute('max')), { timeout: 30_000 })
    .toBeGreaterThan(3);
  await studio.button('Stop').click();
  await studio.expectPhase('stopped');
  const canvas = page.getByTestId('boundary');
  const stepOf = async (): Promise<number> => Number(await canvas.getAttribute('data-step'));
  await expect.poll(stepOf).toBe(await studio.step());
  await film.focus();
  await page.keyboard.press('Home');
  await expect(page.getByTestId('film-step')).toHaveText(/^step [\d,]+, epoch [\d,]+$/);
  const first = await stepOf();
  expect(first).toBeLessThan(await studio.step());
  await page.keyboard.press('ArrowRight');
  expect(await stepOf()).toBeGreaterThan(first);
  await studio.button('Play the training').click();
  await expect(page.getByTestId('film-step')).toHaveText('now');
  await expect.poll(stepOf).toBe(await studio.step());
});

test('of a table of numbers each test sample is a point, near the line where the network is right', async ({
  studio,
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-table-'));
  const rows = Array.from({ length: 200 }, (_, i) => {
    const [a, b, c] = [Math.sin(i), Math.cos(3 * i), Math.sin(7 * i)];
    return `${a},${b},${c},${2 * a + 3 * b - c}`;
  });
  writeFileSync(join(folder, 'numbers.csv'), `a,b,c,price\n${rows.join('\n')}\n`);
  await studio.openTemplate('Line fit');
  await studio.button('Data').click();
  await studio.button('Open data…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').first().fill(join(folder, 'numbers.csv'));
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await studio.button('Build').click();
  await studio.tab('Evaluate').click();
  await studio.train();
  await studio.expectPhase('done');
  const plot = page.getByTestId('regression');
  await expect(plot).toHaveAccessibleName('What was answered to the test samples, against what is true');
  await expect(page.getByText(/Root mean square error on the test samples: \d\.\d+e−\d/)).toBeVisible();
  // A row of one's own is asked in the units of the table.
  const row = page.getByRole('region', { name: 'Ask about a row' });
  for (const [column, value] of [
    ['a', '0.5'],
    ['b', '0.25'],
    ['c', '-1'],
  ] as const)
    await studio.setNumber(row.getByRole('spinbutton', { name: column, exact: true }), value);
  await expect
    .poll(async () => numberIn((await row.getByTestId('row-answer').textContent()) ?? ''))
    .toBeCloseTo(2.75, 2);
  await row.getByRole('spinbutton', { name: 'c', exact: true }).press('ArrowUp');
  await expect
    .poll(async () => numberIn((await row.getByTestId('row-answer').textContent()) ?? ''))
    .toBeLessThan(2.74);
  // What is nearest to the pointer is read, and by keys from the least true number to the greatest.
  const pointed = page.getByTestId('regression-pointed');
  await expect(pointed).toHaveText('');
  const read = async (): Promise<readonly [truth: number, answer: number]> => {
    const [, truth = '', answer = ''] =
      /^true (\S+), answered (\S+)$/.exec((await pointed.textContent()) ?? '') ?? [];
    return [numberIn(truth), numberIn(answer)];
  };
  const prices = rows.map((line) => Number(line.split(',')[3]));
  const isPrice = (value: number): boolean => prices.some((price) => Math.abs(price - value) < 0.001);
  const { x, y, width, height } = (await plot.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(x + width * 0.8, y + height * 0.25);
  const [high, answered] = await read();
  expect(isPrice(high)).toBe(true);
  expect(answered).toBeCloseTo(high, 1);
  await page.mouse.move(x + width * 0.3, y + height * 0.75);
  await expect.poll(async () => (await read())[0]).toBeLessThan(high);
  await plot.focus();
  await page.keyboard.press('Home');
  const [least] = await read();
  await page.keyboard.press('ArrowRight');
  const [second] = await read();
  expect(second).toBeGreaterThan(least);
  expect([least, second].every(isPrice)).toBe(true);
  await page.keyboard.press('Escape');
  await expect(pointed).toHaveText('');
  await page.mouse.move(0, 0);
  // Points lie on the diagonal and nowhere else: the corners beside it are empty.
  const painted = (corner: 'left' | 'diagonal'): Promise<number> =>
    plot.evaluate((canvas: HTMLCanvasElement, where) => {
      const { width, height } = canvas;
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      if (context === null) throw new Error('there is no canvas');
      context.drawImage(canvas, 0, 0);
      const side = Math.round(width / 3);
      const left = where === 'left' ? 60 : Math.round(width / 2 - side / 2);
      const top = where === 'left' ? 12 : Math.round(height / 2 - side / 2);
      const { data } = context.getImageData(left, top, side, side);
      let strong = 0;
      for (let i = 0; i < data.length; i += 4) {
        const [r = 0, g = 0, b = 0, alpha = 0] = data.subarray(i, i + 4);
        if (alpha > 100 && Math.max(r, g, b) - Math.min(r, g, b) > 60) strong++;
      }
      return strong;
    }, corner);
  await expect.poll(() => painted('diagonal')).toBeGreaterThan(60);
  expect(await painted('left')).toBe(0);
  rmSync(folder, { recursive: true });
});
