import { encodeJpeg } from '../engine/data/image-files.ts';
import { downloaded } from '../engine/data/known-files.ts';
import { barImages, dataFolder, idx, mnistLike } from '../engine/data/sample-files.ts';
import { expect, test } from './studio.ts';

const folder = dataFolder();
test.afterAll(() => folder.remove());

test('data from files is opened, shown, trained on and evaluated; a table is used as a person says', async ({
  studio,
  page,
}) => {
  folder.write('sets/mnist', mnistLike({ train: 240, test: 60 }, true));
  const { images } = barImages(12, 3, 4);
  folder.write('sets/broken', {
    'a-images': idx([12, 4, 4], images),
    'a-labels': idx([11], new Uint8Array(11)),
  });
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${'abc'[i % 3]},${i % 2 === 0 ? 'yes' : 'no'}`);
  folder.write('sets', { 'table.csv': new TextEncoder().encode(`size,kind,answer\n${rows.join('\n')}\n`) });

  await studio.openTemplate('Circle');
  await studio.node('data').click();
  await studio.button('Open data…').click();
  const dialog = page.getByRole('dialog');
  const path = dialog.getByLabel('Path');
  const open = async (what: string): Promise<void> => {
    await path.fill(folder.path(what));
    await path.press('Enter');
  };

  // The list follows what is typed.
  await path.fill(folder.path('sets'));
  await expect(dialog.getByRole('list', { name: 'In this folder' }).getByRole('button')).toHaveText([
    /broken/,
    /mnist/,
    /table\.csv/,
  ]);

  // What cannot be used is refused where it was asked for, and its folder is shown.
  await open('sets/broken');
  await expect(dialog.getByRole('alert')).toHaveText(
    /a-labels: expected 12 labels, as many as images in a-images, found 11\.$/,
  );
  await expect(dialog.getByRole('list', { name: 'In this folder' }).getByRole('button')).toHaveText([
    /a-images/,
    /a-labels/,
  ]);
  await dialog.getByRole('button', { name: 'Up' }).click();
  await expect(path).toHaveValue(folder.path('sets'));
  await dialog.getByRole('list', { name: 'In this folder' }).getByRole('button', { name: 'mnist' }).click();
  await expect(path).toHaveValue(folder.path('sets/mnist'));
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(dialog).toBeHidden();

  const data = studio.inspector.getByRole('region', { name: 'Data', exact: true });
  await expect(data).toContainText('Training samples240');
  await expect(data).toContainText('given by the files60');
  await expect(data).toContainText('4 classes');
  await expect(data.getByRole('list', { name: 'Some samples' }).getByRole('listitem')).toHaveCount(24);
  await expect(studio.inspector).toContainText('[N, 1, 8, 8]');

  // Images are varied while training, and are shown so beforehand.
  const varied = data.getByRole('list', { name: 'As training varies them' });
  await expect(varied).toHaveCount(0);
  await studio.setNumber(studio.inspector.getByLabel('Random crop'), '1');
  await expect(varied.getByRole('listitem')).toHaveCount(24);

  // The network is brought to fit by what is offered.
  await studio.node('loss').click();
  await studio.inspector.getByRole('button', { name: 'Insert Flatten between data and fc1' }).click();
  await expect(studio.node('fc3').getByRole('spinbutton'), 'the classes were two').toHaveValue('4');
  await studio.selectNothing();
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '5');
  await expect(page.getByTestId('part-counts')).toHaveText('240 to train on, 60 to test with.');
  await studio.setNumber(studio.inspector.getByLabel('Validation share'), '20');
  await expect(page.getByTestId('part-counts')).toHaveText(
    '192 to train on, 48 for validation, 60 to test with.',
  );
  await studio.train();
  await studio.expectPhase('done');
  // The validation part stands beside the training curve; both parts can be looked at.
  await expect(page.getByRole('region', { name: 'Loss' })).toContainText('validation');
  await studio.tab('Evaluate').click();
  const caption = page.getByTestId('confusion').locator('caption');
  await expect(caption).toHaveText(/^Validation samples: \d+ of 48 right /);
  await page.getByRole('group', { name: 'Part' }).getByRole('button', { name: 'Test samples' }).click();
  await expect(caption).toHaveText(/^Test samples: \d+ of 60 right /);
  const samples = page.getByRole('list', { name: 'Test samples' });
  await expect(samples.getByRole('listitem')).toHaveCount(48);

  // What leaves the studio can take pixels as they lie in the files, and is proved with these.
  await studio.button('Export ONNX').click();
  const exported = page.getByRole('dialog', { name: 'Export ONNX' });
  const certificate = exported.getByTestId('certificate');
  await expect(certificate).toHaveAttribute('data-equal', 'true');
  await exported.getByRole('switch', { name: 'Preprocessing inside the file' }).click();
  await expect(certificate.getByRole('row', { name: /^data 0$/ })).toBeVisible();
  await expect(certificate).toHaveAttribute('data-equal', 'true');
  await exported.getByRole('button', { name: 'Open in Models' }).click();
  await expect(page.getByTestId('model-inputs')).toHaveText(/N×1×8×8 +uint8$/);
  await expect(page.getByTestId('model-preprocessing')).toContainText('it takes raw values');
  await studio.choose(
    page.getByRole('combobox', { name: 'Rows to run it on' }),
    'The test part of its own data',
  );
  await studio.button('Run').click();
  const inOnnxruntime = await page.getByTestId('model-accuracy').textContent();
  await expect(page.getByTestId('model-engine-accuracy')).toHaveText(inOnnxruntime ?? '');
  await studio.button('Build').click();

  await studio.node('data').click();
  await studio.button('Open data…').click();
  await open('sets/table.csv');
  await expect(dialog).toBeHidden();
  await expect(studio.inspector).toContainText('[N, 4]');
  await expect(data.getByRole('row')).toContainText(['sizekindanswer', '0ayes', '1bno']);
  const use = (column: string) => data.getByRole('group', { name: `What ${column} is for` });
  await expect(use('answer').getByRole('button', { pressed: true })).toHaveText('target');
  await use('size').getByRole('button', { name: 'ignore' }).click();
  await expect(studio.inspector).toContainText('[N, 3]');
  await use('kind').getByRole('button', { name: 'target' }).click();
  await expect(studio.inspector).toContainText('[N, 2]');
  await expect(data).toContainText('3 classes');

  // All of it can be taken back.
  for (let step = 0; step < 3; step++) await page.keyboard.press('ControlOrMeta+z');
  await expect(studio.inspector).toContainText('[N, 1, 8, 8]');

  // Images take their time the first time: it is told how far they are, and that can be stopped.
  const image = await encodeJpeg(900, 700, (x, y) => [x % 256, y % 256, 80]);
  const photos = Array.from(
    { length: 1200 },
    (_, i) => [`${i % 2 === 0 ? 'day' : 'night'}/${i}.jpg`, image] as const,
  );
  folder.write('sets/photos', Object.fromEntries(photos));
  await studio.button('Open data…').click();
  await open('sets/photos');
  const bar = dialog.getByRole('progressbar', { name: 'Images prepared' });
  await expect(bar).toHaveAttribute('max', '1200');
  await expect(dialog).toContainText(/Preparing images: \d+ of 1,200/);
  await dialog.getByRole('button', { name: 'Stop preparing' }).click();
  await expect(dialog.getByRole('alert')).toHaveText(
    /photos: preparing the images was cancelled; they cannot be used before it is done\.$/,
  );
  await expect(bar).toHaveCount(0);
});

test('tables called train and test are one set with given parts; a column that names the parts splits by a press', async ({
  studio,
  page,
}) => {
  const rows = (from: number, count: number, part?: (row: number) => string): Uint8Array =>
    new TextEncoder().encode(
      `size,colour,${part === undefined ? '' : 'set,'}kind\n${Array.from(
        { length: count },
        (_, i) =>
          `${from + i},${i === 3 && from > 0 ? 'green' : 'red,blue'.split(',')[i % 2]},${part === undefined ? '' : `${part(i)},`}${'ab'[i % 2]}\n`,
      ).join('')}`,
    );
  folder.write('tables/flowers', { 'train.csv': rows(0, 30), 'test.csv': rows(100, 10) });
  folder.write('tables', {
    'sets.csv': rows(0, 40, (row) => (row < 24 ? 'train' : row < 32 ? 'val' : 'test')),
  });

  await studio.openTemplate('Circle');
  const counts = page.getByTestId('part-counts');
  const data = studio.inspector.getByRole('region', { name: 'Data', exact: true });
  const open = async (what: string): Promise<void> => {
    await studio.node('data').click();
    await studio.button('Open data…').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Path').fill(folder.path(what));
    await dialog.getByLabel('Path').press('Enter');
    await expect(dialog).toBeHidden();
  };
  await open('tables/flowers');
  await expect(data).toContainText('Training samples30');
  await expect(data).toContainText('given by the files10');
  await expect(data).toContainText('Not among the training samples: "green" in "colour".');
  await studio.selectNothing();
  await expect(counts).toHaveText('30 to train on, 10 to test with.');
  await expect(studio.inspector).toContainText('The files say which are tested with.');

  await open('tables/sets.csv');
  const use = data.getByRole('group', { name: 'What set is for' });
  await expect(use.getByRole('button')).toHaveText(['split', 'ignore']);
  await expect(use.getByRole('button', { pressed: true })).toHaveText('split');
  await expect(studio.inspector).toContainText('[N, 3]');
  await expect(data).toContainText('Training samples24');
  await expect(data.getByText('given by the files')).toHaveCount(2);
  await use.getByRole('button', { name: 'ignore' }).click();
  await expect(data).toContainText('Training samples32');
  await expect(data.getByText('given by the files')).toHaveCount(0);
  await expect(studio.inspector, 'it is no input either way').toContainText('[N, 3]');
  await use.getByRole('button', { name: 'split' }).click();
  await expect(data).toContainText('Training samples24');
  await studio.selectNothing();
  await expect(counts).toHaveText('24 to train on, 8 for validation, 8 to test with.');
  await studio.node('data').click();
  await studio.button('Look through').click();
  await studio.button('Test samples').click();
  await expect(page.getByTestId('sample-range')).toHaveText('1 – 8 of 8');
});

test('a known set is downloaded: refused, tried again, stopped and gone on with; its samples are looked through', async ({
  studio,
  page,
  server,
}) => {
  await studio.openTemplate('Circle');
  await studio.node('data').click();
  await studio.button('Open data…').click();
  const dialog = page.getByRole('dialog');
  const sets = dialog.getByRole('list', { name: 'Known sets' });
  const mnist = sets.getByRole('listitem').first();
  await expect(sets.getByRole('button')).toHaveText(['11 MB', '29 MB', '162 MB', '161 MB']);

  await sets.getByRole('button', { name: 'Download MNIST, 11 MB' }).click();
  await expect(mnist.getByRole('alert')).toHaveText(/^MNIST could not be downloaded\. .* status 404\./);

  // Bytes that trickle, until they are not wanted any more.
  server.mirror.answer = (_request, response) => {
    response.writeHead(200, { 'Content-Length': 9_912_422 });
    const timer = setInterval(() => response.write(new Uint8Array(2 ** 16)), 50);
    response.on('close', () => clearInterval(timer));
  };
  await sets.getByRole('button', { name: 'Retry MNIST' }).click();
  const progress = sets.getByRole('progressbar', { name: 'MNIST' });
  await expect(mnist).toContainText(/B of 11 MB · [1-9]\d* %/);
  expect(Number(await progress.getAttribute('value'))).toBeGreaterThan(2 ** 16);
  await sets.getByRole('button', { name: 'Cancel the download of MNIST' }).click();
  await expect(progress).toHaveCount(0);
  await expect(sets.getByRole('button', { name: /^MNIST: Go on from \d+ %$/ })).toBeVisible();

  // As if the rest had come.
  downloaded(server.home, 'mnist');
  await page.keyboard.press('Escape');
  await studio.button('Open data…').click();
  await sets.getByRole('button', { name: 'Open MNIST' }).click();
  await expect(dialog).toBeHidden();
  await expect(studio.inspector).toContainText('[N, 1, 28, 28]');

  await studio.button('Look through').click();
  const range = page.getByTestId('sample-range');
  const samples = page.getByRole('list', { name: 'Samples' }).getByRole('listitem');
  await expect(range).toHaveText('1 – 60 of 60,000');
  await expect(samples).toHaveCount(60);
  await studio.button('Next page').click();
  await expect(samples.first()).toHaveText('0#60');
  await studio.choose(page.getByRole('combobox', { name: 'Class' }), '7');
  await studio.button('Test samples').click();
  await studio.button('Last page').click();
  await expect(range).toHaveText('961 – 1,000 of 1,000');
  await expect(samples.last()).toHaveText('7#69,997');

  const twice = page.getByRole('region', { name: 'Samples that are there twice' });
  await expect(twice).toContainText('2 of 10000 test samples are among the training samples too');
  await expect(twice.getByRole('list').getByRole('listitem')).toHaveText([
    '5#5',
    '0#60,000',
    '6#6',
    '1#60,001',
  ]);

  await studio.setNumber(page.getByLabel('Rotate'), '30');
  const varied = page.getByRole('list', { name: 'As training sees them in epoch 1' });
  await expect(varied.getByRole('listitem')).toHaveCount(8);
  await studio.button('Another draw').click();
  await expect(page.getByRole('list', { name: 'As training sees them in epoch 2' })).toBeVisible();
});

test('without data the Data page adds it, from inside a block too, and its source is chosen there', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.select('data');
  await page.keyboard.press('Delete');
  await studio.select('relu1');
  await page.keyboard.press('Control+G');
  await expect(studio.inspector.getByRole('heading', { name: 'Block', exact: true }).first()).toBeVisible();
  await studio.node('Block').focus();
  await page.keyboard.press('Enter');
  const breadcrumb = page.getByRole('navigation', { name: 'Where you are in the network' });
  await expect(breadcrumb).toContainText('Block');
  await studio.button('Data').click();
  await expect(page.getByText('No data yet')).toBeVisible();
  await studio.button('Add a Data node').press('Enter');

  const source = page.getByRole('combobox', { name: 'Source' });
  await expect(source).toBeFocused();
  await expect(source).toHaveText('Circle');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Circle');
  await expect(page.getByText(/^1 – \d+ of [\d,]+$/)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await studio.pick(page.getByRole('option', { name: 'Sequences', exact: true }));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sequences');
  await studio.button('Build').click();
  await expect(breadcrumb).toHaveCount(0);
  await expect(studio.node('data')).toContainText('Sequences');
  // It stands before the network, not upon it.
  const left = async (name: string): Promise<number> => (await studio.node(name).boundingBox())?.x ?? 0;
  expect(await left('data')).toBeLessThan(await left('fc1'));
  await page.keyboard.press('Control+Z');
  await page.keyboard.press('Control+Z');
  await expect(studio.node('data')).toHaveCount(0);
});

test('statistics fit their panel, however long names and figures are, with what is missing below the name', async ({
  studio,
  page,
}) => {
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${i % 6 === 0 ? '' : -12345 - i},${((i - 20) * 1.2345e-6).toExponential(3)},${'xyz'[i % 3]}`,
  );
  const table = `a very long name of a column,tiny,class\n${rows.join('\n')}\n`;
  folder.write('sets/gaps', { 'gaps.csv': new TextEncoder().encode(table) });
  await page.setViewportSize({ width: 1024, height: 700 });
  await studio.openTemplate('Circle');
  await studio.button('Data').click();
  await studio.button('Open data…').click();
  const path = page.getByRole('dialog').getByLabel('Path');
  await path.fill(folder.path('sets/gaps/gaps.csv'));
  await path.press('Enter');
  const facts = page.getByRole('group', { name: 'How the samples are made up' });
  const statistics = facts.getByRole('table');
  await expect(statistics.getByRole('rowheader').first()).toHaveText(
    /^a very long name of a column\d+ missing$/,
  );
  await expect(statistics.getByRole('rowheader').last()).toHaveText('tiny');
  const over = await statistics.evaluate(
    ({ parentElement }) => (parentElement?.scrollWidth ?? Infinity) - (parentElement?.clientWidth ?? 0),
  );
  expect(over).toBe(0);
});
