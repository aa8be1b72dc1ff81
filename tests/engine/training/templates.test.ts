import { describe, expect, it } from 'vitest';
import { trainInThisThread } from '../../../engine/hosts/in-process.ts';
import { template } from './templates.ts';

describe('the templates', () => {
  it('fit the line: y(5) = 5 ± 0.05', async () => {
    const { trainer } = await trainInThisThread({ document: template('line') });
    const { values, columns } = trainer.predict(new Float32Array([5]), 1);
    expect(columns).toBe(1);
    expect(Math.abs(values[0] - 5)).toBeLessThan(0.05);
  });

  for (const shape of ['circle', 'triangle', 'square']) {
    it(`learn the ${shape} with the course's own settings on three seeds`, async () => {
      for (const seed of [1, 2, 3]) {
        const { outcome } = await trainInThisThread({ document: template(shape, { seed }) });
        expect(outcome.state).toBe('done');
        expect(outcome.epochs).toBe(600);
        expect(outcome.test?.accuracy, `seed ${seed}`).toBeGreaterThanOrEqual(0.95);
      }
    });
  }

  it('learn the spirals with Adam', async () => {
    const { outcome } = await trainInThisThread({ document: template('spirals') });
    expect(outcome.test?.accuracy).toBeGreaterThanOrEqual(0.95);
  });
});
