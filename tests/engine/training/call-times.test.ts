import { describe, expect, it } from 'vitest';
import { prepareHere, sha256 } from '../../../engine/hosts/training-thread.ts';
import type { NodeTime, StepTimes } from '../../../engine/protocol/live-run-messages.ts';
import { endlessly, measureTraining } from '../../../engine/training/measure.ts';
import { Session } from '../../../engine/training/session.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { template } from './templates.ts';

const lenet = template('lenet', { epochs: 1, testShare: 0.1 }, 360);

const prepare = (threads = 1, document = lenet) =>
  prepareHere({ document, options: { threads }, run: 'test', compile: { parallelThreshold: 0 } });

describe('a timed step', () => {
  it('leaves the bits of one that is not timed, on one thread and on two', async () => {
    const digests = await Promise.all(
      [
        { threads: 1, timed: false },
        { threads: 1, timed: true },
        { threads: 2, timed: true },
      ].map(async ({ threads, timed }) => {
        const { trainer, machine } = await prepare(threads);
        while (!trainer.finished) trainer.step(false, timed && trainer.stepsTaken % 3 !== 1);
        expect(trainer.callTimes.steps > 0).toBe(timed);
        machine.close();
        return sha256(weightBytes(trainer.weights()));
      }),
    );
    expect(new Set(digests).size).toBe(1);
  });

  it('is none where the batch is short or the step is watched', async () => {
    const { trainer, machine, started } = await prepare(1, template('circle', { epochs: 1, batchSize: 150 }));
    const { trainCount, stepsPerEpoch } = started;
    expect(trainCount % 150).not.toBe(0);
    while (!trainer.finished) trainer.step(false, true);
    expect(trainer.callTimes.steps).toBe(stepsPerEpoch - 1);
    machine.close();
    const watched = await prepare();
    watched.trainer.step(true, true);
    expect(watched.trainer.callTimes.read()).toBeUndefined();
    watched.machine.close();
  });
});

describe('the times of a step', () => {
  it('belong to nodes, pass by pass; what two layers share is told of one and said of the other', async () => {
    const { trainer, machine } = await prepare();
    for (let i = 0; i < 4; i++) trainer.step(false, true);
    const { nodes, forwardMs, backwardMs, updateMs, steps } = trainer.callTimes.read() as StepTimes;
    machine.close();
    expect(steps).toBe(4);
    const of = (name: string): NodeTime => nodes.find(({ node }) => node === name) ?? { node: name };
    for (const name of ['conv1', 'pool1', 'conv2', 'fc1', 'fc3']) {
      expect(of(name).forwardMs, name).toBeGreaterThan(0);
      expect(of(name).backwardMs, name).toBeGreaterThan(0);
    }
    // A convolution's kernel takes the ReLU behind it along; on the way back each has its own.
    expect(of('relu1')).toMatchObject({ forwardIn: 'conv1' });
    expect(of('relu1').forwardMs).toBeUndefined();
    expect(of('relu1').backwardMs).toBeGreaterThan(0);
    // The loss comes with its own gradient.
    expect(of('loss')).toMatchObject({ forwardIn: 'loss' });
    expect(of('loss').backwardMs).toBeGreaterThan(0);
    // Views and data compute nothing.
    expect(of('flatten')).toEqual({ node: 'flatten' });
    expect(of('data')).toEqual({ node: 'data' });
    const sum = (pass: 'forwardMs' | 'backwardMs'): number =>
      nodes.reduce((all, time) => all + (time[pass] ?? 0), 0);
    expect(sum('forwardMs')).toBeCloseTo(forwardMs, 9);
    expect(sum('backwardMs')).toBeCloseTo(backwardMs, 9);
    expect(updateMs).toBeGreaterThan(0);
  });

  it('know a ReLU that a norm does both ways', async () => {
    const { trainer, machine } = await prepare(1, template('resnet', { batchSize: 2, epochs: 1 }, 40));
    trainer.step(false, true);
    const times = trainer.callTimes.read();
    machine.close();
    const norm = 'stage3/rest.2/bn1';
    expect(times?.nodes).toContainEqual({ node: 'stage3/rest.2/relu1', forwardIn: norm, backwardIn: norm });
  });

  it('are there after the first steps of any run, and cost few of them', async () => {
    const { trainer, machine, started } = await prepare(1, template('circle', { epochs: 400 }));
    const session = new Session(trainer, { run: started.run, paused: false, watch: 'all' });
    while (!session.ended) {
      session.advance(20);
      if (session.frameWaitMs === 0) session.takeFrame();
    }
    machine.close();
    expect(trainer.callTimes.steps).toBeGreaterThanOrEqual(3);
    expect(trainer.callTimes.steps).toBeLessThan(trainer.stepsTaken / 100);
  });
});

describe('measuring', () => {
  it('says what a step, the test part and an epoch cost, and goes on where the document would end', async () => {
    const document = template('circle', { epochs: 1 });
    const prepared = await prepareHere({ document: endlessly(document), options: {}, run: 'test' });
    const measured = measureTraining(prepared, { seconds: 0.2, watch: 'all', send: structuredClone });
    prepared.machine.close();
    expect(prepared.trainer.epochsFinished).toBeGreaterThan(1);
    const { stepMs, evaluationMs, secondsPerEpoch, stepsPerEpoch, arenaBytes, times } = measured;
    expect(stepsPerEpoch).toBe(prepared.started.stepsPerEpoch);
    expect(arenaBytes).toBe(prepared.started.arenaBytes);
    expect(stepMs).toBeGreaterThan(0);
    expect(evaluationMs).toBeGreaterThan(0);
    expect(secondsPerEpoch).toBeCloseTo((stepsPerEpoch * stepMs + evaluationMs) / 1000, 9);
    expect(times?.steps).toBeGreaterThanOrEqual(3);
  });

  it('counts a short last batch as the part of a step that it is, and no test part where there is none', async () => {
    const document = template('circle', { batchSize: 150, testShare: 0 });
    const prepared = await prepareHere({ document: endlessly(document), options: {}, run: 'test' });
    const { stepMs, evaluationMs, secondsPerEpoch } = measureTraining(prepared, {
      seconds: 0.1,
      watch: 'none',
      send: structuredClone,
    });
    prepared.machine.close();
    expect(evaluationMs).toBe(0);
    expect(secondsPerEpoch).toBeCloseTo(((prepared.started.trainCount / 150) * stepMs) / 1000, 9);
  });

  it('ends with the failure of a network whose numbers run away at once', async () => {
    const document = template('line', { learningRate: 1e6 });
    const prepared = await prepareHere({ document: endlessly(document), options: {}, run: 'test' });
    const measure = (): unknown =>
      measureTraining(prepared, { seconds: 0.1, watch: 'none', send: structuredClone });
    // Steps before that are measured all the same; without any there is only the failure.
    while (!prepared.trainer.finished) prepared.trainer.step();
    expect(measure).toThrow(expect.objectContaining({ code: prepared.trainer.failure?.code }));
    prepared.machine.close();
  });
});
