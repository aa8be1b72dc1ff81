import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type Text, text } from '../../declaration/text.ts';
import { assetsFolder } from '../../hosts/installation.ts';
import { Contestant } from './contestant.ts';
import type { NetworkName } from './workload.ts';

const script = join(assetsFolder, 'bench', 'tfjs-side.mjs');
const triedVersion = '4.22.0';
const packages = ['core', 'layers', 'backend-wasm', 'backend-cpu'].map((part) => `@tensorflow/tfjs-${part}`);

export type FoundTfjs = { readonly folder: string } | { readonly missing: Text };

/** TensorFlow.js in the folder asked for and no other, or where the working directory finds it; else what is missing there. */
export function findTfjs(asked: string | undefined): FoundTfjs {
  const wanted = asked ?? (process.env['NETWRIGHT_TFJS'] || undefined);
  const folder = resolve(wanted ?? '.');
  const { resolve: find } = createRequire(join(folder, 'package.json'));
  const missing = packages.filter((name) => {
    try {
      find(name);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return { folder };
  const target = wanted === undefined ? 'tfjs' : wanted;
  const install = `npm install --prefix ${quoted(target)} ${packages.map((name) => `${name}@${triedVersion}`).join(' ')}`;
  const found = `${folder}: ${missing.join(', ')}`;
  return {
    missing: text(
      `There is no TensorFlow.js to compare with; missing in ${found}. Install it by: ${install} and name the folder: --tfjs ${quoted(target)} (or NETWRIGHT_TFJS); peer is null.`,
      `没有可供对比的 TensorFlow.js；${folder} 中缺少 ${missing.join('、')}。安装命令：${install}，然后用 --tfjs ${quoted(target)}（或 NETWRIGHT_TFJS）指定该文件夹；peer 为 null。`,
    ),
  };
}

const quoted = (path: string): string => (/^[\w./\\:@~-]+$/.test(path) ? path : JSON.stringify(path));

/** Its WebAssembly backend lacks the gradients of convolutions and embeddings, and the other one is no match for anyone. */
export const tfjsTrains = (network: NetworkName): boolean => network.startsWith('mlp-');

export const tfjsSide = (folder: string): Contestant => new Contestant(process.execPath, [script, folder]);
