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

  // The table beside it counts the same test samples that the accuracy of the curves does.
  const caption = page.getByTestId('confusion').locator('caption');
  await expect(caption).toHaveText(/^Test samples: \d+ of 400 right \(\d+\.\d %\)$/);
  const share = /\((.*)\)/.exec((await caption.textContent()) ?? '')?.[1] ?? '';
  await studio.tab('Curves').click();
  await expect(page.getByTestId('test-accuracy')).toHaveText(share);
});
