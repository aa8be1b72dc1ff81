// npm test [-- static | unit | app [arguments for the runner]]: every check of the repository, cheapest first.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root } from './bootstrap.mjs';
import { findElectron, hasDisplay } from './find-electron.mjs';

const reports = join(root, 'dist', 'test');
const totals = { passed: 0, failed: 0, skipped: 0 };

const [wanted, ...runnerArgs] = process.argv.slice(2);
const groups = { static: runStatic, unit: runUnit, app: runApp };
if (wanted !== undefined && !(wanted in groups)) {
  console.error(`npm test knows the parts ${Object.keys(groups).join(', ')}; it was asked for "${wanted}"`);
  process.exit(2);
}

prepare(wanted === undefined || wanted === 'static' ? [] : undefined);
mkdirSync(reports, { recursive: true });

let failure;
try {
  if (wanted === undefined) {
    await runStaticWhileBuilding();
    await runUnit();
    await runApp();
  } else {
    await groups[wanted]();
  }
} catch (error) {
  failure = error;
}

if (failure !== undefined) console.log(`\n${failure.message}`);
console.log(failure === undefined ? 'All checks passed.' : 'Stopped at the first failing check.');
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = failure === undefined && totals.failed === 0 ? 0 : 1;

/** Much of either goes on on one core, and none needs what the other makes. */
async function runStaticWhileBuilding() {
  const building = spawn(process.execPath, [join(root, 'build', 'build.mjs')], { stdio: 'inherit' });
  // Whatever fails first, neither goes on behind the verdict.
  const [checks, build] = await Promise.allSettled([runStatic(), once(building, 'exit')]);
  for (const { status, reason } of [checks, build]) if (status === 'rejected') throw reason;
  if (build.value[0] !== 0) throw new Error('The build failed.');
}

async function runStatic() {
  await check('types', 'typescript/bin/tsc', ['-b']);
  await check('lint', 'oxlint/bin/oxlint', ['--deny-warnings']);
  await check('format', '@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']);
  await check('unused code', 'knip/bin/knip.js', ['--no-progress']);
}

async function runUnit() {
  const report = join(reports, 'unit.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  await countedCheck(
    'unit tests',
    report,
    'vitest/vitest.mjs',
    ['run', ...reporters, ...runnerArgs],
    {},
    (json) => ({
      passed: json.numPassedTests,
      failed: json.numFailedTests,
      skipped: json.numPendingTests + json.numTodoTests,
    }),
  );
}

async function runApp() {
  const { obtainBrowser } = await import('./find-browser.mjs');
  const browser = await obtainBrowser();
  console.log(`browser: ${browser.how}`);
  if (browser.path === undefined) throw new Error(`The app tests cannot run: ${browser.how}.`);
  await runPlaywright('app tests', 'app', { NETWRIGHT_BROWSER: browser.path });

  if (!hasSpecs('tests/desktop')) return;
  const electron = findElectron();
  const reason = electron === undefined ? 'there is no Electron binary' : 'there is no display';
  if (electron !== undefined && hasDisplay()) {
    await runPlaywright('desktop tests', 'desktop', { NETWRIGHT_ELECTRON: electron });
  } else {
    const before = totals.skipped;
    await runPlaywright('desktop tests (only listed)', 'desktop', {}, ['--list']);
    console.log(`desktop tests: ${totals.skipped - before} skipped, ${reason}`);
  }
}

async function runPlaywright(title, project, env, extraArgs = []) {
  const report = join(reports, `${project}.json`);
  const args = ['test', `--project=${project}`, '--reporter=list,json', ...extraArgs, ...runnerArgs];
  const environment = { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  await countedCheck(title, report, '@playwright/test/cli.js', args, environment, (json) => {
    for (const name of secondTries(json.suites)) console.log(`passed at the second try only: ${name}`);
    return {
      passed: json.stats.expected + json.stats.flaky,
      failed: json.stats.unexpected,
      skipped: json.stats.skipped,
    };
  });
}

/** Tests that failed once and then passed, with what they failed with. */
function secondTries(suites) {
  return suites.flatMap(({ suites: inner = [], specs = [] }) => [
    ...secondTries(inner),
    ...specs
      .filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
      .map(({ file, line, title, tests }) => {
        const [error] = tests.flatMap(({ results }) => results.flatMap(({ errors }) => errors));
        return `${file}:${line} ${title}\n${error?.message ?? ''}`;
      }),
  ]);
}

function hasSpecs(folder) {
  return (
    existsSync(join(root, folder)) &&
    readdirSync(join(root, folder)).some((name) => name.endsWith('.spec.ts'))
  );
}

/** Runs a test runner and adds what its JSON report says to the totals, whether it succeeded or not. */
async function countedCheck(title, report, tool, args, env, count) {
  rmSync(report, { force: true });
  console.log(`${title} …`);
  try {
    await check(title, tool, args, env);
  } finally {
    if (existsSync(report)) {
      const counts = count(JSON.parse(readFileSync(report, 'utf8')));
      for (const key of Object.keys(totals)) totals[key] += counts[key];
    }
  }
}

/** Runs a step, tells how it ended, and throws with everything it printed when it fails. */
async function check(title, tool, args, env = {}) {
  const started = performance.now();
  const { status, output } = await outputOf(join(root, 'node_modules', tool), args, env);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${title}: ${status === 0 ? 'ok' : 'FAILED'} ${seconds} s`);
  if (status !== 0) throw new Error(output.trimEnd());
}

function outputOf(script, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ status: code ?? signal, output }));
  });
}
