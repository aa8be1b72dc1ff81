// npm run bench:studio: what five hundred nodes cost in a real browser; frames while dragging, opening, training.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { prepare, root } from './bootstrap.mjs';

const nodeCount = 500;
const columns = 25;
const window = { width: 1440, height: 900 };
const dragMs = 5000;
/** Speeds are taken in turns with the canvas shown and hidden; each turn lasts this long. */
const turnMs = 4000;
const turns = 5;

prepare();
const { obtainBrowser } = await import('./find-browser.mjs');
const { path, how } = await obtainBrowser({ whole: true });
console.log(`browser: ${how}; ${availableParallelism()} processors, ${window.width} × ${window.height}`);
if (path === undefined) process.exit(1);

const { chromium } = await import('@playwright/test');
const home = mkdtempSync(join(tmpdir(), 'netwright-bench-'));
const server = spawn(
  process.execPath,
  [join(root, 'dist', 'node', 'cli.js'), 'serve', '--no-open', '--port', '0', '--json'],
  { cwd: home, env: { ...process.env, NETWRIGHT_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] },
);
// Without a graphics card Chromium would emulate one, which costs more than to draw without.
const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu'] });
try {
  await measure(await browser.newPage({ viewport: window, locale: 'en-US' }), await addressOf(server));
} finally {
  await browser.close();
  const ended = once(server, 'exit');
  server.kill();
  await ended;
  rmSync(home, { recursive: true, force: true });
}

async function measure(page, address) {
  page.on('pageerror', (error) => console.error(error.stack));
  await page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'showOpenFilePicker');
  });
  await page.goto(address);
  await page.getByRole('button', { name: 'Open file…' }).waitFor();
  await page.waitForTimeout(1000);
  console.log(`a project of ${nodeCount} nodes opens in ${whole(await opening(page))} ms`);

  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.locator('[data-testid="run-state"][data-phase="running"]').waitFor();
  await stepsPerSecond(page, 2000);
  for (const [what, zoom] of [
    ['all nodes seen', undefined],
    ['live histograms', 0.5],
  ]) {
    await showCanvas(page, zoom);
    const frames = await dragging(page);
    const seen = await nodesSeen(page);
    console.log(
      `dragging while it trains, ${what} (${seen} nodes on screen): frames p50 ${one(quantile(frames, 0.5))} ms, p95 ${one(quantile(frames, 0.95))} ms, longest ${one(Math.max(...frames))} ms`,
    );
  }

  await besideCanvas(page, 'training', () => showCanvas(page, 0.5));

  // Five hundred small layers leave a processor free. A wide network takes all of them.
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(new URL('/', address).href);
  await page.locator('[data-template="mnist-mlp"]').click();
  const epochs = page.getByLabel('Epochs').first();
  await epochs.fill('100000');
  await epochs.press('Enter');
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.locator('[data-testid="run-state"][data-phase="running"]').waitFor();
  await stepsPerSecond(page, 2000);
  await besideCanvas(page, 'training on every processor (an MLP 784-512-512-10)', () =>
    page.getByRole('button', { name: 'Build', exact: true }).click(),
  );
}

/** Steps per second in turns with the canvas shown and another page in its place. */
async function besideCanvas(page, what, show) {
  const speeds = { shown: [], hidden: [] };
  for (let turn = 0; turn < turns; turn++) {
    await show();
    speeds.shown.push(await stepsPerSecond(page, turnMs));
    await page.getByRole('button', { name: 'Models', exact: true }).click();
    speeds.hidden.push(await stepsPerSecond(page, turnMs));
  }
  const shown = quantile(speeds.shown, 0.5);
  const hidden = quantile(speeds.hidden, 0.5);
  console.log(
    `${what}: ${whole(shown)} steps/s with the canvas and its histograms on screen, ${whole(hidden)} without, ${one((100 * shown) / hidden)} %`,
  );
}

/** From choosing the file to the first frame that shows every node, its strips and its wires' shapes. */
async function opening(page) {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Open file…' }).click(),
  ]);
  await page.evaluate((count) => {
    globalThis.opened = new Promise((resolve) => {
      document.addEventListener('change', () => performance.mark('chosen'), { capture: true, once: true });
      const look = () => {
        const nodes = document.querySelectorAll('.react-flow__node');
        const isDrawn =
          nodes.length === count && [...nodes].every((node) => node.style.visibility !== 'hidden');
        const wires = document.querySelectorAll('.react-flow__edge').length;
        if (isDrawn && wires >= count - 1)
          // The frame that shows them ends before the next one begins.
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  }, nodeCount);
  const begun = await page.evaluate(() => performance.now());
  await chooser.setFiles({
    name: 'many.netwright.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(project())),
  });
  return (await page.evaluate(() => globalThis.opened)) - begun;
}

async function showCanvas(page, zoom) {
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await page.locator('.react-flow__node').first().waitFor();
  await page.getByRole('button', { name: 'Fit view' }).click();
  await page.waitForTimeout(400);
  if (zoom !== undefined) {
    const shown = page.getByRole('toolbar', { name: 'View' }).getByRole('button', { name: /%$/ });
    await shown.click();
    await page.waitForTimeout(400);
    while (Number.parseInt(await shown.textContent(), 10) > 100 * zoom * 1.05) {
      await page.getByRole('button', { name: 'Zoom out' }).click();
      await page.waitForTimeout(60);
    }
    await page.waitForTimeout(400);
  }
}

function nodesSeen(page) {
  return page.evaluate(() => {
    const canvas = document.querySelector('[data-canvas]').getBoundingClientRect();
    return [...document.querySelectorAll('.react-flow__node')].filter((node) => {
      const { left, right, top, bottom } = node.getBoundingClientRect();
      return right > canvas.left && left < canvas.right && bottom > canvas.top && top < canvas.bottom;
    }).length;
  });
}

/** Milliseconds from frame to frame while a node is dragged in circles. */
async function dragging(page) {
  const grip = await page.evaluate(() => {
    const canvas = document.querySelector('[data-canvas]').getBoundingClientRect();
    const middle = { x: canvas.left + canvas.width / 2, y: canvas.top + canvas.height / 2 };
    const distance = ({ x, y }) => Math.hypot(x - middle.x, y - middle.y);
    const grips = [...document.querySelectorAll('.react-flow__node [data-node-name]')].map((name) => {
      const { left, top, width, height } = name.closest('.react-flow__node').getBoundingClientRect();
      return { x: left + width / 2, y: top + Math.min(8, height / 2) };
    });
    return grips.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  });
  await page.mouse.move(grip.x, grip.y);
  await page.mouse.down();
  await page.mouse.move(grip.x + 8, grip.y + 8, { steps: 4 });
  await page.evaluate(() => {
    globalThis.frames = [];
    let last = performance.now();
    const next = (now) => {
      globalThis.frames?.push(now - last);
      last = now;
      if (globalThis.frames) requestAnimationFrame(next);
    };
    requestAnimationFrame((now) => {
      last = now;
      requestAnimationFrame(next);
    });
  });
  const end = Date.now() + dragMs;
  for (let i = 0; Date.now() < end; i++) {
    const angle = i / 12;
    await page.mouse.move(grip.x + 90 * Math.sin(angle), grip.y + 60 * (1 - Math.cos(angle)));
    await page.waitForTimeout(8);
  }
  const frames = await page.evaluate(() => {
    const { frames } = globalThis;
    globalThis.frames = undefined;
    return frames;
  });
  await page.mouse.up();
  await page.keyboard.press('Control+z');
  return frames;
}

/** Of the run, by its own count of steps: from the first change of the count on the page to the last. */
async function stepsPerSecond(page, ms) {
  return await page.evaluate(async (within) => {
    const field = document.querySelector('[data-testid="run-step"]');
    const seen = [];
    const observer = new MutationObserver(() => {
      seen.push([performance.now(), Number(field.textContent.replaceAll(/[^\d]/g, ''))]);
    });
    observer.observe(field, { subtree: true, childList: true, characterData: true });
    await new Promise((resolve) => {
      setTimeout(resolve, within);
    });
    observer.disconnect();
    const [from, before] = seen[0];
    const [to, after] = seen.at(-1);
    return (1000 * (after - before)) / (to - from);
  }, ms);
}

function project() {
  const layers = Array.from({ length: nodeCount - 2 }, (_, i) =>
    i % 2 === 0
      ? { type: 'linear', params: { outFeatures: i >= nodeCount - 4 ? 2 : 8, bias: true } }
      : { type: 'tanh', params: {} },
  );
  const source = { source: 'circle', count: 2000, noise: 0, seed: 1 };
  const nodes = [{ type: 'data', params: source }, ...layers, { type: 'cross-entropy', params: {} }].map(
    ({ type, params }, i) => ({
      id: `n${i}`,
      type,
      name: `${type}${i}`,
      position: { x: 240 * (i % columns), y: 224 * Math.floor(i / columns) },
      params,
    }),
  );
  const last = nodes.length - 1;
  const wires = nodes.slice(1).map(({ id }, i) => ({
    id: `w${i}`,
    from: { node: `n${i}`, port: i === 0 ? 'x' : 'y' },
    to: { node: id, port: i + 1 === last ? 'prediction' : 'x' },
  }));
  wires.push({ id: 'answers', from: { node: 'n0', port: 'y' }, to: { node: `n${last}`, port: 'target' } });
  const plain = { type: 'constant', params: {} };
  return {
    format: 'netwright',
    version: 3,
    name: 'Five hundred',
    nodes,
    wires,
    blocks: [],
    training: {
      optimizer: { type: 'sgd', params: {} },
      learningRate: 0.01,
      schedule: plain,
      warmupSteps: 0,
      regularisation: { l2: 0, decay: 0, biases: false },
      clipping: { by: 'none', limit: 1 },
      earlyStopping: { monitor: 'never', patience: 10, minChange: 0, keep: 'best' },
      batchSize: 64,
      epochs: 1_000_000,
      seed: 1,
      testShare: 0.2,
      initializer: { type: 'xavier', params: {} },
    },
  };
}

async function addressOf({ stdout }) {
  for await (const line of createInterface(stdout)) {
    const { event, url } = JSON.parse(line);
    if (event === 'listening') return url;
  }
  throw new Error('the server ended before it listened');
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function whole(value) {
  return Math.round(value).toLocaleString('en');
}

function one(value) {
  return value.toFixed(1);
}
