import { expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { readPortableKernels } from '../../../engine/hosts/engine-parts.ts';
import { chooseKernels } from '../../../engine/runtime/faces.ts';

it('takes the portable kernels unless told otherwise', async () => {
  expect(await chooseKernels('auto', readPortableKernels)).toMatchObject({ face: 'portable' });
  expect(await chooseKernels('portable', readPortableKernels)).toMatchObject({ face: 'portable' });
});

it('compiles nothing for the reference', async () => {
  const source = await chooseKernels('reference', () => Promise.reject(new Error('was compiled')));
  expect(source).toEqual({ face: 'reference' });
});

it('says that native kernels are not there', async () => {
  const refused = chooseKernels('native', readPortableKernels);
  await expect(refused).rejects.toThrow(NetwrightError);
  await expect(refused).rejects.toThrow('expected one of: auto, portable, reference');
});
