import { expect, it } from 'vitest';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { template } from './templates.ts';

it('a question is answered with the same bits, alone or among others, by a program that is not much larger', async () => {
  const document = template('resnet', { testShare: 0.2 }, 100);
  const { trainer, machine } = await prepareHere({ document, options: { threads: 2 }, run: 'test' });
  const { programs } = machine.plan;
  expect([programs.evaluate, ...programs.evaluateRest].map(({ batch }) => batch)).toEqual([80, 20, 16]);
  const size = 3 * 32 * 32;
  const rows = 37;
  const x = Float32Array.from({ length: rows * size }, (_, i) => Math.sin(i * 1.7));
  const together = trainer.predict(x, rows);
  const alone = Array.from({ length: rows }, (_, row) =>
    trainer.predict(x.subarray(row * size, (row + 1) * size), 1),
  );
  expect(alone.flatMap(({ values }) => [...values])).toEqual([...together.values]);
  expect(new Set(together.values).size).toBeGreaterThan(rows);
  machine.close();
});
