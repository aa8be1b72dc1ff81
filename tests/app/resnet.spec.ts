import type { Locator, Page } from '@playwright/test';
import { folders, type Own, openTemplate, test } from './own-studio.ts';
import { expect } from './studio.ts';
import { type Language, words } from './words.ts';

/**
 * ResNet-20 for CIFAR (He et al. 2016, section 4.2) with projections where channels change (option B): 272,474 with its
 * ten classes. Six of them fewer are 6 × (64 weights + 1 bias) fewer: Shapes has four.
 */
const parameters = '272,084';

/** Of 48 images 38 are trained on: three steps an epoch, and so long that it is stopped by hand. */
const samples = '48';
const batchSize = '16';
const epochs = '500';

test('ResNet-20 is built from an empty canvas with the mouse, trained twice, watched, compared and exported', async ({
  own,
}) => {
  test.slow();
  const { page, studio, runs } = own;
  const { inspector } = studio;
  await test.step('the template is there to measure by', async () => {
    await openTemplate(page, 'ResNet-20');
    await expect(page.locator('footer').last()).toContainText(`${parameters} parameters`);
    await page.goto('/');
    await studio.button('Empty canvas').click();
  });

  await test.step('built', async () => {
    const add = (title: string): Promise<void> =>
      studio
        .button(`Add ${title}`)
        // What is in the project already stands above the library.
        .last()
        .dblclick();
    const set = (field: string, value: string): Promise<void> =>
      studio.setNumber(inspector.getByRole('spinbutton', { name: field, exact: true }), value);
    await add('Data');
    await studio.choose(studio.node('data').getByRole('combobox'), 'Shapes');
    await set('Samples', samples);
    await add('Conv-BN-ReLU');
    await add('Residual');
    await set('Repeat', '3');
    await add('Residual with projection');
    await add('Residual');
    await set('Repeat', '2');
    await add('Residual with projection');
    await set('Out channels', '64');
    await add('Residual');
    await set('Repeat', '2');
    await add('GlobalAvgPool');
    await add('Linear');
    await set('Out features', '4');
    await add('Cross-Entropy');
    // Each was wired to the one before, and took the channels that come in.
    await expect(studio.wires).toHaveCount(10);
    await expect(studio.shape('N×64×8×8')).toHaveCount(2);
    await expect(studio.tab('Problems')).toHaveText('Problems');
    await expect(page.locator('footer').last()).toContainText(`${parameters} parameters`);
  });

  await test.step('trained and watched', async () => {
    await studio.selectNothing();
    await studio.setNumber(inspector.getByLabel('Batch size'), batchSize);
    await studio.setNumber(inspector.getByLabel('Epochs'), epochs);
    await studio.train();
    await expect(page.getByTestId('strip-linear-1')).toHaveAttribute('data-value-count', /^[1-9]/);
    await studio.tab('Layers').click();
    await page.getByRole('button', { name: 'Residual.1/conv1', exact: true }).click();
    await readRidge(page.getByRole('region', { name: 'Weights', exact: true }), /^Step [\d,]+ · /);
    await studio.expectStepBeyond(4);
    await studio.button('Stop').click();
    await studio.expectPhase('stopped');
  });

  await test.step('changed and trained again', async () => {
    await page.getByRole('navigation').getByRole('button', { name: 'Untitled' }).click();
    await studio.selectNothing();
    await studio.setNumber(inspector.getByLabel('Learning rate'), '0.002');
    await trainAgain(own, () => studio.train());
    await studio.button('Stop').click();
    await studio.expectPhase('stopped');
  });

  await test.step('compared', async () => {
    await runs.open();
    for (const name of ['Untitled 1', 'Untitled 2']) await runs.tick(name);
    await studio.button('Compare').click();
    await expect(page.getByRole('dialog').getByRole('row', { name: /^Learning rate/ })).toContainText(
      /0\.01.*0\.002|0\.002.*0\.01/,
    );
    await studio.escape();
  });

  await test.step('exported', async () => {
    await studio.button('Export ONNX').click();
    await expectCertificate(page);
  });
});

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('ResNet-20 is built, trained twice, watched, compared and exported with the keyboard alone', async ({
    own,
  }) => {
    test.slow();
    const { page, studio } = own;
    const { inspector } = studio;
    const { keyboard } = page;
    const t = (key: string, names: Record<string, string> = {}): string => say('zh', key, names);
    const field = (name: string): Locator => inspector.getByRole('spinbutton', { name, exact: true });
    /** From the canvas to a field of the inspector, a number into it, and back. */
    const set = async (name: string, value: string): Promise<void> => {
      await keyboard.press('i');
      await tabTo(field(name));
      await keyboard.press('Control+A');
      await keyboard.type(value);
      await keyboard.press('Enter');
      await keyboard.press('Escape');
      await expect(field(name)).not.toBeFocused();
    };
    /** Something from the list of everything that can be done. */
    const command = async (wanted: string): Promise<void> => {
      await keyboard.press('Control+K');
      await expect(page.getByRole('dialog')).toBeVisible();
      await keyboard.type(wanted);
      await keyboard.press('Enter');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    };

    await test.step('built', async () => {
      await tabTo(studio.button('空白画布'));
      await keyboard.press('Enter');
      await expect(studio.canvas).toBeVisible();
      const add = async (typed: string, name: string): Promise<void> => {
        await keyboard.press('/');
        await expect(page.getByRole('dialog', { name: t('palette.addLayer') })).toBeVisible();
        await keyboard.type(typed);
        await keyboard.press('Enter');
        await expect(studio.node(name)).toBeFocused();
      };
      await add('数据', 'data');
      await keyboard.press('i');
      await expect(inspector.getByRole('combobox').first()).toBeFocused();
      await keyboard.press('Enter');
      await downTo(page.getByRole('option', { name: '图形', exact: true }));
      await keyboard.press('Enter');
      await keyboard.press('Escape');
      await expect(studio.node('data')).toBeFocused();
      await set('样本数', samples);
      await add('批归一化-ReLU', '卷积-批归一化-ReLU');
      await add('残差块', '残差块');
      await set('重复次数', '3');
      await add('带投影', '带投影的残差块');
      await add('残差块', '残差块2');
      await set('重复次数', '2');
      await add('带投影', '带投影的残差块2');
      await set('输出通道数', '64');
      await add('残差块', '残差块3');
      await set('重复次数', '2');
      await add('全局平均池化', 'pool1');
      await add('线性层', 'linear1');
      await add('交叉熵', 'loss');
      await expect(studio.wires).toHaveCount(10);
      await expect(page.locator('footer').last()).toContainText(parameters);
    });

    await test.step('trained and watched', async () => {
      await keyboard.press('Escape');
      await set(t('settings.batchSize'), batchSize);
      await set(t('settings.epochs'), epochs);
      await keyboard.press('Control+Enter');
      await expect(page.getByTestId('strip-linear-1')).toHaveAttribute('data-value-count', /^[1-9]/);
      await command(t('panel.layers'));
      await tabTo(page.getByRole('button', { name: '残差块.1/conv1', exact: true }));
      await keyboard.press('Enter');
      const ridge = page.getByRole('region', { name: t('layers.kind.weight'), exact: true });
      await tabTo(ridge.getByRole('img'));
      await readRidge(ridge, /第 [\d,]+ 步/);
      await studio.expectStepBeyond(4);
      await command(t('training.stop'));
      await studio.expectPhase('stopped');
    });

    await test.step('changed and trained again', async () => {
      await command(t('menu.leaveBlock'));
      await keyboard.press('Escape');
      await set(t('settings.learningRate'), '0.002');
      await trainAgain(own, () => keyboard.press('Control+Enter'));
      await command(t('training.stop'));
      await studio.expectPhase('stopped');
    });

    await test.step('compared', async () => {
      await command(t('panel.runs'));
      for (const name of ['未命名 2', '未命名 1']) {
        await tabTo(page.getByRole('checkbox', { name: t('runs.pick', { name }) }));
        await keyboard.press('Space');
      }
      await tabTo(studio.button(t('runs.compare')), 'Shift+Tab');
      await keyboard.press('Enter');
      await expect(page.getByRole('dialog').getByRole('row', { name: /^学习率/ })).toContainText(
        /0\.01.*0\.002|0\.002.*0\.01/,
      );
      await studio.escape();
    });

    await test.step('exported', async () => {
      await keyboard.press('Control+E');
      await expectCertificate(page);
    });
  });
});

/** A sentence with names in it. */
const say = (language: Language, key: string, names: Record<string, string>): string =>
  Object.entries(names).reduce(
    (sentence, [name, value]) => sentence.replace(`{{${name}}}`, value),
    words(language, key),
  );

/** Presses Tab until something has the keyboard. */
async function tabTo(wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const page = wanted.page();
  for (let presses = 0; presses < 80; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not reach ${String(wanted)}`);
}

/** Presses the arrow down until an option of an open list is marked. */
async function downTo(option: Locator): Promise<void> {
  await expect(option).toBeVisible();
  for (let presses = 0; presses < 40; presses++) {
    if (await option.evaluate((element) => 'highlighted' in (element as HTMLElement).dataset)) return;
    await option.page().keyboard.press('ArrowDown');
  }
  throw new Error(`the arrow does not reach ${String(option)}`);
}

/** The values under a place of a ridgeline, reached by the arrows. */
async function readRidge(ridge: Locator, told: RegExp): Promise<void> {
  const picture = ridge.getByRole('img');
  await picture.focus();
  await expect(async () => {
    await picture.press('ArrowLeft');
    await expect(ridge.getByTestId('ridge-pointed')).toHaveText(told, { timeout: 500 });
  }).toPass();
}

async function trainAgain(own: Own, press: () => Promise<void>): Promise<void> {
  const before = folders(own).length;
  await press();
  await expect.poll(() => folders(own).length).toBe(before + 1);
  await own.studio.expectPhase('running');
  await own.studio.expectStepBeyond(4);
}

async function expectCertificate(page: Page): Promise<void> {
  await expect(page.getByTestId('certificate')).toHaveAttribute('data-equal', 'true', { timeout: 30_000 });
}
