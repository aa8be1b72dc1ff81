import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { assetsFolder } from '../../hosts/installation.ts';
import { Contestant } from './contestant.ts';

const script = join(assetsFolder, 'bench', 'torch_side.py');
const usualInterpreters = ['python3', '/usr/bin/python3', 'python'];

/** A Python that can import torch: the one asked for and no other, or the first of the usual ones. */
export function findTorch(asked: string | undefined): string | undefined {
  const wanted = asked ?? process.env['NETWRIGHT_PYTHON'];
  const candidates = wanted ? [wanted] : usualInterpreters;
  return candidates.find(
    (python) => spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
}

export const torchSide = (python: string, environment: NodeJS.ProcessEnv = {}): Contestant =>
  new Contestant(python, [script], environment);
