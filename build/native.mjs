// Compiles the native kernels where there is a C++ compiler. Without one, or when it fails, the portable kernels do all the
// work; what came of it stands in native.json, which is what the engine reads.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap.mjs';
import { loadContract } from './contract.mjs';

const sources = join(root, 'engine', 'kernels', 'native');
const headers = join(root, 'node_modules', 'node-api-headers', 'include');
const output = join(root, 'dist', 'node');
const work = join(root, 'dist', `.native-${process.pid}`);

const general = [
  '-O3',
  '-std=gnu++17',
  '-fPIC',
  '-fvisibility=hidden',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-fno-trapping-math',
];
const wide = ['-mprefer-vector-width=512', '-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl'];
/** Per processor: the sets that its kernels are compiled for, the most general first. */
const sets = {
  x64: [
    { name: 'base', instructions: 'SSE2', flags: [] },
    { name: 'avx2', instructions: 'AVX2', flags: ['-mavx2', '-mfma'] },
    { name: 'avx512', instructions: 'AVX-512', flags: ['-mavx2', '-mfma', ...wide] },
  ],
  arm64: [{ name: 'base', instructions: 'NEON', flags: [] }],
}[process.arch];

mkdirSync(output, { recursive: true });
mkdirSync(work, { recursive: true });
try {
  const reason = await compile();
  finish(reason === undefined ? { available: true } : { available: false, reason });
} finally {
  rmSync(work, { recursive: true, force: true });
}

function finish(result) {
  if (!result.available) {
    rmSync(join(output, 'native.node'), { force: true });
    process.stderr.write(`native kernels: ${result.reason}; the portable ones are used\n`);
  }
  writeFileSync(join(work, 'native.json'), `${JSON.stringify(result)}\n`);
  renameSync(join(work, 'native.json'), join(output, 'native.json'));
}

/** Why there are none; undefined when there are. */
async function compile() {
  if (process.platform === 'win32') return 'they are not made for Windows yet';
  if (sets === undefined) return `they are not made for ${process.arch} processors`;
  const compiler = findCompiler();
  if (compiler === undefined) return 'no C++ compiler was found (CXX, c++, g++, clang++)';
  writeFileSync(join(work, 'contract.h'), contractHeader(await loadContract()));
  const includes = ['-I', headers, '-I', work, '-I', sources];
  const objects = [
    { source: 'addon.cc', object: 'addon.o', flags: [] },
    ...sets.map(({ name, instructions, flags }) => ({
      source: 'kernels.cc',
      object: `${name}.o`,
      flags: [
        ...flags,
        `-DNETWRIGHT_ISA=${name}`,
        `-DNETWRIGHT_TABLE=${name}Kernels`,
        `-DNETWRIGHT_INSTRUCTIONS="${instructions}"`,
      ],
    })),
  ];
  const compiled = await Promise.all(
    objects.map(({ source, object, flags }) =>
      run(compiler, [
        ...general,
        ...flags,
        ...includes,
        '-c',
        join(sources, source),
        '-o',
        join(work, object),
      ]),
    ),
  );
  const linking = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  const failure =
    compiled.find((error) => error !== undefined) ??
    (await run(compiler, [
      ...linking,
      ...objects.map(({ object }) => join(work, object)),
      '-o',
      join(work, 'native.node'),
    ]));
  if (failure !== undefined) return `${compiler} failed: ${failure}`;
  renameSync(join(work, 'native.node'), join(output, 'native.node'));
  return undefined;
}

function findCompiler() {
  const candidates = [process.env.CXX, 'c++', 'g++', 'clang++'].filter((name) => name);
  return candidates.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
}

/** The first line of what a failing command said; undefined when it succeeded. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => {
      if (code === 0) return resolve(undefined);
      const line = errors.split('\n').find((text) => text.includes('error')) ?? `exit code ${code}`;
      if (process.env.NETWRIGHT_NATIVE_LOG) process.stderr.write(errors);
      resolve(line.replaceAll(`${root}/`, ''));
    });
  });
}

/** Opcodes and places of arguments, so that they are stated once, in the contract. */
function contractHeader({ kernelNames, kernels }) {
  const places = kernelNames.map((name) => {
    const names = Object.keys(kernels[name]).map((argument) => argument);
    return `namespace ${name} {\nenum { ${names.join(', ')} };\n}\n`;
  });
  return `#pragma once
namespace op {
enum { ${kernelNames.join(', ')}, count };
}
namespace arg {
${places.join('')}}
`;
}
