import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { extname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'rolldown/utils';
import { describe, expect, it } from 'vitest';

type Room = {
  /** Folders or files of the repository that this room may import, besides itself. */
  mayImport: readonly string[];
  /** npm packages and Node built-ins; 'node:*' stands for all of the latter. */
  packages: readonly string[];
};

const pureModel = [
  'engine/declaration',
  'engine/document',
  'engine/layers',
  'engine/losses',
  'engine/optimizers',
  'engine/schedules',
  'engine/initializers',
  'engine/data/sources',
  'engine/ops',
] as const;

/** What kernels promise to everyone: how they are called, family by family, and the layout of a histogram they write. */
const kernelContracts = [
  'engine/kernels/contract.ts',
  'engine/kernels/argument.ts',
  'engine/kernels/declared',
  'engine/kernels/telemetry.ts',
] as const;

/** Who may import whom. A file belongs to the room with the longest matching path; a file in none fails. */
const rooms: Record<string, Room> = {
  'engine/declaration': { mayImport: [], packages: ['zod'] },
  'engine/arithmetic': { mayImport: [], packages: [] },
  'engine/random': { mayImport: ['engine/arithmetic'], packages: [] },
  'engine/kernels/argument.ts': { mayImport: [], packages: [] },
  'engine/kernels/declared': { mayImport: ['engine/kernels/argument.ts'], packages: [] },
  'engine/kernels/contract.ts': {
    mayImport: ['engine/kernels/argument.ts', 'engine/kernels/declared'],
    packages: [],
  },
  'engine/kernels/telemetry.ts': { mayImport: [], packages: [] },
  'engine/kernels': {
    mayImport: [...kernelContracts, 'engine/kernels/reference'],
    packages: [],
  },
  'engine/kernels/reference': {
    mayImport: [...kernelContracts, 'engine/random'],
    packages: [],
  },
  'engine/kernels/portable': { mayImport: [], packages: [] },
  'engine/ops': { mayImport: ['engine/declaration', 'engine/random', ...kernelContracts], packages: [] },
  'engine/data/sources': {
    mayImport: ['engine/random', 'engine/arithmetic', 'engine/declaration'],
    packages: [],
  },
  'engine/data/known': { mayImport: ['engine/declaration'], packages: [] },
  'engine/data/readers': {
    mayImport: ['engine/data/sources', 'engine/declaration', 'engine/random'],
    packages: ['fflate', 'modern-tar', 'papaparse'],
  },
  'engine/layers': { mayImport: ['engine/ops', 'engine/declaration', 'engine/data/sources'], packages: [] },
  'engine/losses': {
    mayImport: [
      'engine/ops',
      'engine/layers/contract.ts',
      'engine/layers/port-checks.ts',
      'engine/declaration',
    ],
    packages: [],
  },
  'engine/optimizers': {
    mayImport: ['engine/ops', 'engine/arithmetic', 'engine/declaration'],
    packages: [],
  },
  'engine/schedules': { mayImport: ['engine/arithmetic', 'engine/declaration'], packages: [] },
  'engine/initializers': { mayImport: ['engine/random', 'engine/declaration'], packages: [] },
  'engine/document': { mayImport: pureModel, packages: ['zod'] },
  'engine/compiler': { mayImport: [...pureModel, ...kernelContracts], packages: [] },
  'engine/runtime': {
    mayImport: ['engine/kernels', 'engine/compiler', 'engine/random', 'engine/declaration'],
    packages: [],
  },
  'engine/protocol': {
    mayImport: ['engine/declaration', 'engine/document', 'engine/data/sources'],
    packages: ['zod'],
  },
  'engine/training': {
    mayImport: [
      'engine/runtime',
      'engine/compiler',
      'engine/document',
      'engine/data',
      'engine/initializers',
      'engine/optimizers',
      'engine/schedules',
      'engine/random',
      'engine/protocol',
      'engine/kernels',
      'engine/declaration',
      'engine/interchange',
    ],
    packages: ['zod'],
  },
  'engine/interchange': {
    mayImport: [
      'engine/compiler',
      'engine/document',
      'engine/ops',
      'engine/layers',
      'engine/losses',
      'engine/protocol',
      'engine/declaration',
      'engine/data/sources',
      'engine/runtime',
    ],
    packages: ['@bufbuild/protobuf'],
  },
  'engine/hosts': {
    mayImport: [
      ...pureModel,
      'engine/random',
      'engine/kernels',
      'engine/compiler',
      'engine/runtime',
      'engine/data',
      'engine/training',
      'engine/interchange',
      'engine/protocol',
    ],
    packages: [
      'fflate',
      'node:*',
      'hono',
      '@hono/node-server',
      '@jsquash/jpeg',
      '@jsquash/png',
      '@jsquash/webp',
      'ws',
      'zod',
      'onnxruntime-node',
    ],
  },
  'engine/cli': { mayImport: ['engine', 'assets', 'package.json'], packages: ['node:*', 'commander'] },
  renderer: {
    mayImport: [...pureModel, 'engine/compiler', 'engine/protocol', 'engine/kernels/telemetry.ts', 'assets'],
    packages: [
      '@base-ui/react',
      'd3-scale',
      'i18next',
      'immer',
      'katex',
      'lucide-react',
      'react',
      'react-dom',
      'react-resizable-panels',
      'tinykeys',
      'uplot',
      'zod',
      'zustand',
    ],
  },
  'renderer/arrange/lay-out.ts': { mayImport: [], packages: ['@dagrejs/dagre'] },
  'renderer/arrange/lay-out-ways.ts': { mayImport: [], packages: ['@dagrejs/dagre'] },
  // One adapter stands between the canvas and React Flow, whose next version changes its interface.
  'renderer/canvas/flow-adapter.tsx': { mayImport: ['renderer'], packages: ['reactflow', 'react'] },
  'renderer/canvas/flow-parts.tsx': {
    mayImport: ['renderer'],
    packages: ['reactflow', 'react', 'react-dom'],
  },
  'renderer/canvas/flow-reading.tsx': { mayImport: ['renderer'], packages: ['reactflow', 'react'] },
  'renderer/canvas/flow-drag.ts': { mayImport: ['renderer'], packages: ['reactflow', 'react'] },
  'renderer/canvas/flow-actions.ts': { mayImport: ['renderer'], packages: ['reactflow', 'react'] },
  electron: {
    mayImport: ['engine/protocol', 'renderer/shell/shell.ts', 'renderer/shell/desktop-bridge.ts'],
    packages: ['node:*', 'electron', 'zod'],
  },
};

/** The only file that may know how the desktop shell is reached. */
const desktopBridge = { name: 'netwrightDesktop', file: 'renderer/shell/electron.ts' };

/** What a file imports: paths from the repository root for its own files, bare names for packages. */
type Imports = ReadonlyMap<string, readonly string[]>;

const root = fileURLToPath(new URL('..', import.meta.url));

function isUnder(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function roomOf(file: string): string | undefined {
  return Object.keys(rooms)
    .filter((room) => isUnder(file, room))
    .toSorted((a, b) => b.length - a.length)[0];
}

function isOwnFile(target: string): boolean {
  return (
    (target.includes('/') &&
      ['engine', 'renderer', 'electron', 'assets', 'tests', 'build'].some((top) => isUnder(target, top))) ||
    target === 'package.json'
  );
}

function packageNamed(specifier: string): string {
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return 'node:*';
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

/** One sentence per import that the table does not allow. */
function forbiddenImports(imports: Imports): string[] {
  const problems: string[] = [];
  for (const [file, targets] of imports) {
    const name = roomOf(file);
    if (name === undefined) {
      problems.push(`${file} is in no room of the table`);
      continue;
    }
    const room = rooms[name];
    for (const target of targets) {
      if (isOwnFile(target)) {
        const allowed = isUnder(target, name) || room.mayImport.some((place) => isUnder(target, place));
        if (!allowed)
          problems.push(`${file} imports ${target}: ${name} may not import ${roomOf(target) ?? target}`);
      } else if (!room.packages.includes(packageNamed(target))) {
        problems.push(`${file} imports ${target}: ${name} may not import that package`);
      }
    }
  }
  return problems;
}

/** Each import cycle once, as the list of its files (Tarjan's strongly connected components). */
function importCycles(imports: Imports): string[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[] = [];

  function visit(file: string): void {
    order.set(file, order.size);
    low.set(file, order.size - 1);
    stack.push(file);
    const targets = (imports.get(file) ?? []).filter((target) => imports.has(target));
    for (const target of targets) {
      if (!order.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file)!, low.get(target)!));
    }
    if (low.get(file) !== order.get(file)) return;
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1 || targets.includes(file)) {
      cycles.push(`import cycle: ${component.toSorted().join(' → ')}`);
    }
  }

  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return cycles;
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.split(sep).join('/')))
    .filter((name) => /\.tsx?$/.test(name));
}

function specifiersIn(file: string, source: string): string[] {
  const { program, module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0].message}`);
  const found = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap((statement) =>
      statement.entries.map((entry) => entry.moduleRequest?.value),
    ),
  ].filter((specifier) => specifier !== undefined);
  new Visitor({
    ImportExpression: (node) => {
      if (node.source.type === 'Literal') found.push(String(node.source.value));
    },
    TSImportType: (node) => {
      found.push(node.source.value);
    },
  }).visit(program);
  return [...new Set(found)];
}

/** AssemblyScript leaves the extension out; everything else must name the file. */
function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = posix.join(posix.dirname(file), specifier.replace(/\?.*$/, ''));
  const isAssemblyScript = isUnder(file, 'engine/kernels/portable');
  return isAssemblyScript && extname(path) === '' ? `${path}.ts` : path;
}

function readImports(files: readonly string[]): Imports {
  return new Map(
    files.map((file) => {
      const specifiers = specifiersIn(file, readFileSync(join(root, file), 'utf8'));
      return [file, specifiers.map((specifier) => targetOf(file, specifier))];
    }),
  );
}

const files = ['engine', 'renderer', 'electron'].flatMap(sourceFiles);
const imports = readImports(files);

describe('the repository', () => {
  it('imports only in the directions of the table', () => {
    expect(forbiddenImports(imports)).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(importCycles(imports)).toEqual([]);
  });

  it('imports files that exist', () => {
    const missing = [...imports].flatMap(([file, targets]) =>
      targets
        .filter((target) => isOwnFile(target) && !existsSync(join(root, target)))
        .map((t) => `${file} → ${t}`),
    );
    expect(missing).toEqual([]);
  });

  it('reaches the desktop shell from one file', () => {
    const users = files.filter((file) => readFileSync(join(root, file), 'utf8').includes(desktopBridge.name));
    const outside = users.filter((file) => !isUnder(file, 'electron') && file !== desktopBridge.file);
    expect(outside).toEqual([]);
  });

  it('names only places that exist in the table', () => {
    const named = [...Object.keys(rooms), ...Object.values(rooms).flatMap((room) => room.mayImport)];
    const missing = named.filter((place) => !existsSync(join(root, place)));
    expect([...new Set(missing)]).toEqual([]);
  });
});

describe('the checker', () => {
  it('names an import that goes the wrong way', () => {
    const bad = new Map([['engine/ops/matmul.ts', ['engine/compiler/plan.ts']]]);
    expect(forbiddenImports(bad)).toEqual([
      'engine/ops/matmul.ts imports engine/compiler/plan.ts: engine/ops may not import engine/compiler',
    ]);
  });

  it('allows the contract of a room without allowing the room', () => {
    expect(forbiddenImports(new Map([['engine/losses/mse.ts', ['engine/layers/contract.ts']]]))).toEqual([]);
    expect(forbiddenImports(new Map([['engine/losses/mse.ts', ['engine/layers/linear.ts']]]))).toHaveLength(
      1,
    );
  });

  it('keeps Node, Electron and foreign packages out of rooms that must not see them', () => {
    for (const name of ['node:fs', 'fs', 'electron', 'left-pad', '@hono/node-server/serve-static']) {
      expect(forbiddenImports(new Map([['renderer/main.tsx', [name]]])), name).toHaveLength(1);
    }
    expect(forbiddenImports(new Map([['renderer/canvas/canvas.tsx', ['reactflow']]]))).toHaveLength(1);
    expect(forbiddenImports(new Map([['renderer/canvas/flow-adapter.tsx', ['reactflow']]]))).toEqual([]);
  });

  it('refuses a file outside every room', () => {
    const stray = new Map([['engine/misc/things.ts', []]]);
    expect(forbiddenImports(stray)).toEqual(['engine/misc/things.ts is in no room of the table']);
  });

  it('finds every way to import', () => {
    const source = `
      import a from './a.ts'; import type { B } from './b.ts'; export * from './c.ts';
      export { d } from './d.ts'; type E = import('./e.ts').E; const f = import('./f.ts'); import './g.ts';
      // import './comment.ts'
      const text = "import './text.ts'";`;
    const found = specifiersIn('engine/ops/x.ts', source).map((name) => targetOf('engine/ops/x.ts', name));
    expect(found.toSorted()).toEqual('abcdefg'.split('').map((letter) => `engine/ops/${letter}.ts`));
  });

  it('finds a cycle and nothing but the cycle', () => {
    const loop = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['b.ts']],
      ['d.ts', ['a.ts']],
    ]);
    expect(importCycles(loop)).toEqual(['import cycle: b.ts → c.ts']);
  });
});
