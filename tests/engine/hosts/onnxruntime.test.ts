import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxruntime, forkOrtChild, onnxruntimeVersion } from '../../../engine/hosts/onnxruntime.ts';
import type { OrtProcess } from '../../../engine/hosts/ort-messages.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import { modelOf } from '../onnx-runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'netwright-ort-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A process that stands where onnxruntime's should and behaves as the script says. */
function impostor(script: string): () => OrtProcess {
  const file = join(folder, `child-${Math.random()}.mjs`);
  writeFileSync(file, script);
  return () => forkOrtChild(file);
}

const model = writeModel(modelOf([{ opType: 'Relu', inputs: ['x'], outputs: ['y'] }], ['x'], ['y']));
const feed = { x: { dims: [2, 2], data: Float32Array.of(-1, 2, -3, 4) } };

describe('onnxruntime in its own process', () => {
  it('runs a model on several inputs, one answer for each', async () => {
    const runtime = createOnnxruntime();
    const { outputs: answers } = await runtime.run(model, [
      feed,
      { x: { dims: [1, 1], data: Float32Array.of(-7) } },
    ]);
    runtime.close();
    expect(answers.map(({ y }) => [y.dims, [...(y.data as Float32Array)]])).toEqual([
      [
        [2, 2],
        [0, 2, 0, 4],
      ],
      [[1, 1], [0]],
    ]);
  });

  it('answers many questions at once, each with its own answer, from one process', async () => {
    let started = 0;
    const runtime = createOnnxruntime({
      start: () => {
        started++;
        return forkOrtChild();
      },
    });
    const values = Array.from({ length: 20 }, (_, i) => i);
    const answers = await Promise.all(
      values.map((i) => runtime.run(model, [{ x: { dims: [1], data: Float32Array.of(i) } }])),
    );
    runtime.close();
    expect(answers.map(({ outputs: [answer] }) => answer.y.data[0])).toEqual(values);
    expect(started).toBe(1);
  });

  it('says why onnxruntime refuses a model or an input, and goes on working', async () => {
    const runtime = createOnnxruntime();
    await expect(runtime.run(Uint8Array.of(1, 2, 3), [feed])).rejects.toMatchObject({
      code: 'onnxruntime-refused',
      text: { zh: expect.stringContaining('onnxruntime 无法运行') as string },
    });
    await expect(runtime.run(model, [{ z: feed.x }])).rejects.toThrow(/'x'|"x"|x/);
    const {
      outputs: [answer],
    } = await runtime.run(model, [feed]);
    runtime.close();
    expect([...(answer.y.data as Float32Array)]).toEqual([0, 2, 0, 4]);
  });

  it('turns a crash into a sentence with the process’s last words, and starts anew for the next question', async () => {
    const crashing = impostor(
      `process.on('message', () => { process.stderr.write('out of luck'); process.abort(); });`,
    );
    const starts = [crashing, () => forkOrtChild()];
    const runtime = createOnnxruntime({ start: () => (starts.shift() as () => OrtProcess)() });
    await expect(runtime.run(model, [feed])).rejects.toMatchObject({
      code: 'onnxruntime-ended',
      message: expect.stringMatching(/SIGABRT.*out of luck/s) as string,
    });
    const {
      outputs: [answer],
    } = await runtime.run(model, [feed]);
    runtime.close();
    expect(answer.y.dims).toEqual([2, 2]);
  });

  it('refuses every question that a crash left open', async () => {
    const runtime = createOnnxruntime({
      start: impostor(`setTimeout(() => process.exit(3), 100); process.on('message', () => {});`),
    });
    const results = await Promise.allSettled([1, 2, 3].map(() => runtime.run(model, [feed])));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('does not wait for ever for a process that hangs', async () => {
    const runtime = createOnnxruntime({
      start: impostor(`process.on('message', () => { for (;;); });`),
      timeoutMs: 300,
    });
    await expect(runtime.run(model, [feed])).rejects.toThrow('no answer within 0.3 s');
  });

  it('says so when the process cannot be started', async () => {
    const runtime = createOnnxruntime({ start: () => forkOrtChild(join(folder, 'missing.mjs')) });
    await expect(runtime.run(model, [feed])).rejects.toMatchObject({ code: 'onnxruntime-ended' });
  });

  it('lets an idle process go and starts another when there is work again', async () => {
    let ended = 0;
    const runtime = createOnnxruntime({
      idleMs: 50,
      start: () => {
        const child = forkOrtChild();
        return {
          ...child,
          kill: () => {
            ended++;
            child.kill();
          },
        };
      },
    });
    await runtime.run(model, [feed]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(ended).toBe(1);
    await runtime.run(model, [feed]);
    runtime.close();
    expect(ended).toBe(2);
  });

  it('names its version', () => {
    expect(onnxruntimeVersion).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
