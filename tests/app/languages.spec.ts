import { countPixels, rgbOf } from './pixels.ts';
import { expect, type Studio, test } from './studio.ts';
import { tour } from './tour.ts';
import { violations } from './violations.ts';
import { type Language, words } from './words.ts';

test('the language changes while it trains, without a restart, and is remembered', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.setNumber(studio.inspector.getByLabel('Epochs'), '1000000');
  await studio.train();
  await studio.expectStepBeyond(100);
  await studio.button('切换到中文').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(studio.button('暂停')).toBeVisible();
  await expect(studio.inspector.getByRole('heading', { name: '训练设置' })).toBeVisible();
  await studio.expectStepBeyond(await studio.step());
  await studio.button('停止').click();
  await studio.expectPhase('stopped');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(words('zh', 'gallery.title'));
  await studio.button('Switch to English').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(words('en', 'gallery.title'));
});

/** Names that are the same in every language: formats, functions, tensors, keys, and what a person named. */
const sameEverywhere = new Set(
  `Netwright netwright ONNX onnx onnxruntime SHA NaN Inf float SVG PNG CSV fan in
   IDX MNIST Fashion CIFAR TSV JPEG WebP NumPy target class label
   native AVX SSE NEON Conv ConvTranspose MaxPool AvgPool GlobalAvgPool AdaptiveAvgPool Upsample ZeroPad PReLU ELU SELU
   Softplus SiLU GELU Hardswish LogSoftmax BatchNorm LayerNorm GroupNorm InstanceNorm RMSNorm Huber MAE NLL MLP LeNet ResNet
   Swish Mamba one hot Transformer Multi Head Attention MatMul Nesterov Adagrad RMSProp AdamW Flatten Reshape Permute Concat Embedding Linear
   ReLU LeakyReLU Sigmoid Tanh Softmax Dropout MSE BCE XOR SGD Adam Momentum Xavier Glorot Kaiming
   Hardtanh tanh PyTorch ImageNet VGG MobileNet Net logit logits sigmoid softmax weight bias data loss relu Gemm Relu English
   Ctrl Shift Alt Esc Tab Enter Del Backspace portable reference`.split(/\s+/),
);

// Colours are the theme's and words the language's: once through each finds what is wrong with either.
for (const [theme, language] of [
  ['light', 'en'],
  ['dark', 'zh'],
] as const) {
  test.describe(`${theme}, ${language}`, () => {
    test.use({ colorScheme: theme });

    test(`no page, panel or dialog has a word of the other language, or a fault that axe knows (${theme}, ${language})`, async ({
      studio,
      page,
    }) => {
      test.slow();
      await studio.open();
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      if (language === 'zh') await studio.button('切换到中文').click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(words(language, 'gallery.title'));
      const foreign: Record<string, string[]> = {};
      const faults: Record<string, string[]> = {};
      for (const place of tour(studio, language)) {
        await test.step(place.name, async () => {
          await place.go();
          const others = (await texts(studio)).flatMap((text) => foreignIn(text, language));
          if (others.length > 0) foreign[place.name] = [...new Set(others)];
          const found = await violations(studio);
          if (found.length > 0) faults[place.name] = found;
        });
      }
      expect({ foreign, faults }).toEqual({ foreign: {}, faults: {} });
    });
  });
}

function foreignIn(text: string, language: Language): string[] {
  if (language === 'en') return /\p{Script=Han}/u.test(text) && !/中文/.test(text) ? [text] : [];
  const latin = text.replaceAll(/\b[\da-f]{64}\b/g, '').match(/[A-Za-z]{3,}/g) ?? [];
  return latin.filter((word) => !sameEverywhere.has(word)).length > 0 ? [text] : [];
}

/** Everything that is read on the page or read out: text, names, descriptions, placeholders. Works and formulas aside. */
async function texts(studio: Studio): Promise<string[]> {
  return await studio.page.evaluate(() => {
    const found: string[] = [];
    const isAside = (element: Element): boolean =>
      element.closest(
        // Runs bear the names that their projects had in the language of that time.
        '.katex, [role="math"], [class*="references"], [data-cited], code, [data-node-name], [data-run], script, style',
      ) !== null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent !== null && !isAside(parent) && parent.checkVisibility()) found.push(node.textContent ?? '');
    }
    for (const element of document.querySelectorAll(
      '[aria-label], [placeholder], [title], [aria-description]',
    )) {
      if (isAside(element) || !element.checkVisibility()) continue;
      for (const name of ['aria-label', 'placeholder', 'title', 'aria-description']) {
        const value = element.getAttribute(name);
        // The switch is named in the language that it leads to.
        if (value !== null && !element.hasAttribute('lang')) found.push(value);
      }
    }
    return found.map((text) => text.trim()).filter((text) => text !== '');
  });
}

test('a Chinese studio has no English name for what it brings along itself', async ({ studio, page }) => {
  await studio.open();
  await studio.button('切换到中文').click();
  await page.reload();
  await studio.button('学习').click();
  await expect(page.getByRole('textbox', { name: '项目名称' })).toHaveValue('未命名');
  await studio.openTemplate('ResNet-20');
  await expect(studio.node('stage1')).toContainText('残差块');
  await expect(studio.node('stage3')).toContainText('阶段');
  await studio.openTemplate('波形');
  await expect(studio.node('conv1')).toContainText('9 · s2 · 同尺寸');
});

test('the theme changes everywhere, pictures included, and is remembered', async ({ studio, page }) => {
  await studio.openTemplate('Circle');
  await studio.train();
  await studio.expectPhase('done');
  const picture = studio.node('data').getByRole('img', { name: 'Picture of the data' });
  const look = async () => ({
    window: await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor),
    card: await studio
      .node('fc1')
      .locator('[data-node-name]')
      .evaluate((name) => getComputedStyle(name).color),
    dots: await countPixels(picture, rgbOf(await studio.token('--color-positive'))),
    curve: await countPixels(
      page.getByRole('region', { name: 'Loss' }).locator('canvas'),
      rgbOf(await studio.token('--color-train')),
    ),
  });
  const light = await look();
  await studio.button('Theme').click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect.poll(async () => (await look()).curve).toBeGreaterThan(50);
  await expect.poll(async () => (await look()).dots).toBeGreaterThan(50);
  const dark = await look();
  expect(dark.window).not.toBe(light.window);
  expect(dark.card).not.toBe(light.card);
  expect(light.dots).toBeGreaterThan(50);
  expect(light.curve).toBeGreaterThan(50);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});
