import { expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { text } from '../../../engine/declaration/text.ts';
import { kernelsHere } from '../../../engine/hosts/engine-parts.ts';
import { chooseKernels, type KernelParts } from '../../../engine/runtime/faces.ts';

const withoutNative: KernelParts = {
  ...kernelsHere,
  findNative: () => Promise.resolve({ available: false, reason: text('no compiler', '没有编译器') }),
};
const withNative: KernelParts = {
  ...kernelsHere,
  findNative: () => Promise.resolve({ available: true, file: 'x.node' }),
  loadAddon: () => ({
    instructions: ['ABACUS'],
    peak: () => 1,
    bind: () => ({ call: () => true, run: (_, count) => count }),
  }),
};

it('takes the native kernels where there are any, else the portable ones', async () => {
  expect(await chooseKernels('auto', withNative)).toMatchObject({ face: 'native', label: 'native ABACUS' });
  expect(await chooseKernels('auto', withoutNative)).toMatchObject({ face: 'portable', label: 'portable' });
  expect(await chooseKernels('portable', withNative)).toMatchObject({ face: 'portable' });
});

it('compiles nothing for the reference', async () => {
  const compilePortable = () => Promise.reject(new Error('was compiled'));
  const source = await chooseKernels('reference', { ...kernelsHere, compilePortable });
  expect(source.seat).toEqual({ face: 'reference' });
});

it('says why native kernels are not there', async () => {
  const refused = chooseKernels('native', withoutNative);
  await expect(refused).rejects.toThrow(NetwrightError);
  await expect(refused).rejects.toThrow('no compiler); expected one of: auto, portable, reference');
});

it('goes on with the portable ones where the native file cannot be loaded', async () => {
  const broken: KernelParts = {
    ...withNative,
    loadAddon: () => {
      throw new Error('not a valid file');
    },
  };
  expect(await chooseKernels('auto', broken)).toMatchObject({ face: 'portable' });
  await expect(chooseKernels('native', broken)).rejects.toThrow('not a valid file');
});
