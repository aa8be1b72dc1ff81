/**
 * The TensorFlow.js side of `netwright bench --peer tfjs`: trains a network on one batch and counts its steps.
 *
 * Takes TensorFlow.js from the npm project folder in argv[2]; reads one JSON object per line and answers each with one line:
 *     {"network": "mlp-2-4-4-2", "batch": 128, "optimizer": "sgd", "learningRate": 0.1, "backend": "wasm"}
 *                        -> {"version": "…", "loss": 0.71}                    the loss before the first step
 *     {"seconds": 0.5}   -> {"steps": 1234, "seconds": 0.5003, "loss": 0.69}  and that of the last step
 * A step is what a training loop in TensorFlow.js does: forward, loss and gradients of all variables, the optimizer's
 * update, and reading the loss, so that nothing is left to be done later.
 */

import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

// Standard output is for answers alone.
console.log = console.info = console.error;

const require = createRequire(join(resolve(process.argv[2]), 'package.json'));
const tf = require('@tensorflow/tfjs-core');
// The layers bring the gradients: those of the core are not in its build for Node.
for (const part of ['layers', 'backend-cpu', 'backend-wasm']) require(`@tensorflow/tfjs-${part}`);

/** Of a stretch, between two looks at the clock: short against it, long against the look. */
const lookShare = 1 / 40;

const optimizers = { sgd: tf.train.sgd, adam: tf.train.adam };

/** Weights and biases of each layer, He's initialisation. */
const layersOf = (sizes) =>
  sizes.slice(1).map((outputs, i) => ({
    weight: tf.variable(tf.randomNormal([sizes[i], outputs], 0, Math.sqrt(2 / sizes[i]))), // [in, out]
    bias: tf.variable(tf.zeros([outputs])), // [out]
    activation: i + 2 < sizes.length ? 'relu' : 'linear',
  }));

/** Points of the plane with whether they lie inside a circle; of more features, numbers with random labels. */
function samples(batch, features, classes) {
  const x = tf.randomNormal([batch, features]); // [N, features]
  const labels =
    features === 2
      ? tf.cast(tf.lessEqual(tf.sum(tf.square(x), 1), 1.39), 'int32')
      : tf.randomUniform([batch], 0, classes, 'int32');
  return { x, y: tf.cast(tf.oneHot(labels, classes), 'float32') }; // [N, classes]
}

async function trainingStep({ network, batch, optimizer, learningRate, backend }) {
  await tf.setBackend(backend);
  await tf.ready();
  const sizes = network.split('-').slice(1).map(Number);
  const layers = layersOf(sizes);
  const { x, y } = samples(batch, sizes[0], sizes.at(-1));
  const variables = layers.flatMap(({ weight, bias }) => [weight, bias]);
  const update = optimizers[optimizer](learningRate);
  // The fused product and this form of the cross-entropy are the quickest that TensorFlow.js offers.
  const lossOf = () => {
    const logits = layers.reduce(
      (a, { weight, bias, activation }) => tf.fused.matMul({ a, b: weight, bias, activation }),
      x,
    ); // [N, classes]
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), y), 1)));
  };
  return () => {
    const loss = update.minimize(lossOf, true, variables);
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  };
}

function trained(step, seconds) {
  const tensors = tf.memory().numTensors;
  const begin = performance.now();
  let elapsed = 0;
  let steps = 0;
  let stepsPerLook = 1;
  let loss = Number.NaN;
  while (elapsed < seconds) {
    for (let i = 0; i < stepsPerLook; i++) loss = step();
    steps += stepsPerLook;
    elapsed = (performance.now() - begin) / 1000;
    stepsPerLook = Math.max(1, Math.round((seconds * lookShare * steps) / elapsed));
  }
  const left = tf.memory().numTensors - tensors;
  if (left !== 0) throw new Error(`${left} tensors of ${steps} steps were not disposed of`);
  return { steps, seconds: elapsed, loss };
}

let step;
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  let answer;
  if ('network' in question) {
    step = await trainingStep(question);
    // The first step makes what the optimizer keeps.
    answer = { version: tf.version_core, loss: step() };
  } else {
    answer = trained(step, question.seconds);
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
