import { describe, expect, it } from 'vitest';
import { classFigures, groupFigures, mostConfused } from '../../../renderer/charts/class-figures.ts';
import { byGroup, confusionOf, rightWithin, topClasses } from '../../../renderer/charts/classes.ts';
import { Film } from '../../../renderer/charts/film.ts';
import {
  classLosses,
  numberLosses,
  surestFirst,
  worstFirst,
} from '../../../renderer/charts/sample-losses.ts';

describe('the figures of a class', () => {
  it('are those of its row and column of the confusion, and none where there is nothing to divide by', () => {
    // Answers 0 0 1 1 1 to truths 0 0 0 1 1; class 2 is never true and never answered.
    const values = Float32Array.from(
      [0, 0, 1, 1, 1].flatMap((answer) => [0, 1, 2].map((c) => +(c === answer))),
    );
    const confusion = confusionOf({ values, columns: 3 }, Float32Array.of(0, 0, 0, 1, 1), 3, () => true);
    expect(classFigures(confusion)).toEqual([
      { precision: 1, recall: 2 / 3, f1: 0.8, support: 3 },
      { precision: 2 / 3, recall: 1, f1: 0.8, support: 2 },
      { precision: undefined, recall: undefined, f1: undefined, support: 0 },
    ]);
  });
});

describe('the figures of a superclass', () => {
  // Classes 0, 2 are of the first superclass, 1 of the second, none of the third.
  const groupOf = [0, 1, 0];
  const answers = [0, 2, 1, 2, 1, 0];
  const truths = [0, 0, 0, 2, 1, 1];
  const values = Float32Array.from(answers.flatMap((answer) => [0, 1, 2].map((c) => +(c === answer))));
  const confusion = confusionOf({ values, columns: 3 }, Float32Array.from(truths), 3, () => true);

  it('count answers of any of its classes, beside those of the class itself', () => {
    expect(groupFigures(confusion, groupOf, 3)).toEqual([
      { classes: 2, support: 4, rightClass: 2 / 4, rightGroup: 3 / 4 },
      { classes: 1, support: 2, rightClass: 1 / 2, rightGroup: 1 / 2 },
      { classes: 0, support: 0, rightClass: undefined, rightGroup: undefined },
    ]);
  });

  it('are those of the answers told superclass by superclass', () => {
    const grouped = byGroup(confusion, groupOf, 3);
    expect([...grouped.counts]).toEqual([3, 1, 0, 1, 1, 0, 0, 0, 0]);
    expect(grouped).toMatchObject({ classes: 3, right: 4, total: 6 });
    expect(mostConfused(grouped, 5)).toEqual([
      { truth: 0, answer: 1, count: 1 },
      { truth: 1, answer: 0, count: 1 },
    ]);
  });
});

describe('answers among many classes', () => {
  const values = Float32Array.of(0.5, 0.3, 0.2, 0.1, 0.1, 0.8, 0.4, 0.3, 0.3);

  it('are right within the first k where the true class is among them; of equal ones the first count', () => {
    const labels = [1, 0, 2];
    expect([1, 2, 3].map((k) => rightWithin({ values, columns: 3 }, labels, k))).toEqual([0, 2, 3]);
    expect(topClasses(Float32Array.of(0.1, 0.6, 0.1, 0.2), 3)).toEqual([1, 3, 0]);
  });

  it('are told pair by pair where one class is taken for another, most often first', () => {
    const confusion = confusionOf({ values, columns: 3 }, Float32Array.of(1, 1, 1), 3, () => true);
    expect(mostConfused(confusion, 5)).toEqual([
      { truth: 1, answer: 0, count: 2 },
      { truth: 1, answer: 2, count: 1 },
    ]);
    expect(mostConfused(confusion, 1)).toHaveLength(1);
    expect(byGroup(confusion, [0, 1, 1], 2).right).toBe(1);
    expect(byGroup(confusion, [0, 0, 0], 1).right).toBe(3);
  });

  it('are ordered by how sure they are', () => {
    expect(surestFirst([0, 1, 2], { values, columns: 3 })).toEqual([1, 0, 2]);
    expect(surestFirst([0, 1], { values: Float32Array.of(0.6, 0.1), columns: 1 })).toEqual([1, 0]);
  });
});

describe('the loss of a single sample', () => {
  it('is −ln of what the true class was given, after the rows before it, and finite when that is nothing', () => {
    const values = Float32Array.of(9, 9, 0.25, 0.75, 1, 0);
    const losses = classLosses({ values, columns: 2 }, Float32Array.of(1, 1), 2, 1);
    expect(losses[0]).toBeCloseTo(-Math.log(0.75), 5);
    expect(losses[1]).toBeCloseTo(-Math.log(1e-12), 3);
    expect(worstFirst([0, 1], losses)).toEqual([1, 0]);
  });

  it('of one probability for two classes, and of sequences, counts what is asked for', () => {
    const binary = classLosses({ values: Float32Array.of(0.9, 0.9), columns: 1 }, Float32Array.of(1, 0), 2);
    expect([...binary]).toEqual([expect.closeTo(-Math.log(0.9), 5), expect.closeTo(-Math.log(0.1), 5)]);
    const sequence = Float32Array.of(0.5, 0.5, 0.2, 0.8);
    expect(classLosses({ values: sequence, columns: 4 }, Float32Array.of(-1, 1), 1)[0]).toBeCloseTo(
      -Math.log(0.8),
      5,
    );
  });

  it('of numbers is the squared error', () => {
    expect([
      ...numberLosses({ values: Float32Array.of(7, 1, 5), columns: 1 }, Float32Array.of(1, 2), 2, 1),
    ]).toEqual([0, 9]);
  });
});

describe('a film of answers', () => {
  const picture = (step: number) => ({ step, columns: 1, values: Float32Array.of(step, step, -1) });
  it('keeps the grid only, replaces what stands at the same step, and begins anew with a run that goes back', () => {
    const film = new Film(2);
    film.add(picture(1));
    film.add(picture(1));
    film.add(picture(5));
    expect(film.pictures.map(({ step, values }) => [step, ...values])).toEqual([
      [1, 1, 1],
      [5, 5, 5],
    ]);
    film.add(picture(2));
    expect(film.pictures.map(({ step }) => step)).toEqual([2]);
  });

  it('stays bounded however long it runs, reaches from the first step to the newest, and is even in time', () => {
    const film = new Film(2 ** 17);
    for (let step = 1; step <= 3000; step++) {
      film.add(picture(step));
      expect(film.pictures.length).toBeLessThanOrEqual(32);
      expect(film.pictures.at(-1)?.step).toBe(step);
    }
    const steps = film.pictures.map(({ step }) => step);
    expect(steps[0]).toBe(1);
    const gaps = steps.slice(1, -1).map((step, i) => step - (steps[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * Math.min(...gaps));
    expect(steps.length).toBeGreaterThan(12);
  });
});
