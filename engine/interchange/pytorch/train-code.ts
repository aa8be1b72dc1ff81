import { compilePlan } from '../../compiler/compile.ts';
import type { PlannedInput } from '../../compiler/plan.ts';
import type { Params } from '../../declaration/fields.ts';
import type { Analysis } from '../../document/analyse.ts';
import { catalogue } from '../../document/catalogue.ts';
import { completeParams } from '../../document/check-params.ts';
import { isChangedByTraining, isFrozen } from '../../document/frozen.ts';
import { validationShareOf } from '../../document/run-length.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import { chosen, settingsOf } from '../../document/training-settings.ts';
import type { LossDefinition } from '../../losses/contract.ts';
import type { ModelCode } from './model-code.ts';
import { PythonNames } from './python-names.ts';

/** An array that the script asks for: one row for each sample. */
interface Column {
  readonly name: string;
  readonly type: 'int64' | 'float32';
  readonly shape: readonly number[];
  readonly remark: string;
}

/**
 * A script that trains the network of model.py by the document's recipe: losses, optimizer, learning rate, batches. It needs
 * PyTorch and NumPy alone, and the samples, which are a person's own.
 */
export function trainCode(
  document: NetwrightDocument,
  analysis: Analysis,
  { network, inputs, losses, modules }: ModelCode,
): string {
  const { training } = document;
  const plan = compilePlan(document, { counts: { train: 1, test: 0 } });
  const typeOf = (node: string, port: string): PlannedInput | undefined =>
    plan.inputs.find((input) => input.node === node && input.port === port);
  const names = new PythonNames();
  const xs = inputs.map(({ name, node, port }) => columnOf(names.take(name), typeOf(node, port)));
  const targets = losses.map(({ node, result }) => {
    const wire = document.wires.find(({ to }) => to.node === node && to.port === 'target');
    const title = document.nodes.find(({ id }) => id === node)?.name ?? node;
    const planned = wire && typeOf(wire.from.node, wire.from.port);
    const column = columnOf(names.take(losses.length === 1 ? 'y' : `y_${title}`), planned);
    return { column, result, ...lossOf(document, analysis, node) };
  });
  const columns = [...xs, ...targets.map(({ column }) => column)];
  const widest = Math.max(...columns.map(({ name }) => name.length)) + 2;
  const { definition: optimizer, params: optimizerParams } = chosen(training, 'optimizer');
  const { definition: schedule, params: scheduleParams } = chosen(training, 'schedule');
  const { l2, decay, biases } = settingsOf(training, 'regularisation');
  const clipping = settingsOf(training, 'clipping');
  const validationShare = validationShareOf(training);
  const hasValidation = validationShare > 0;
  const guide = hasValidation ? 'validation' : 'test';
  const early = settingsOf(training, 'earlyStopping').monitor !== 'never';
  const creation = optimizer.pytorch(optimizerParams);
  const helpers = Object.entries(optimizerHelpers).flatMap(([name, code]) =>
    creation.includes(`${name}(`) ? [code] : [],
  );
  const factor = schedule.pytorch(scheduleParams);
  if (factor.includes('one_cycle(')) helpers.push(oneCycle);
  const hasPlateau = schedule.afterEpoch !== undefined;
  if (hasPlateau) helpers.push(plateauOf(scheduleParams));

  const frozen = frozenModules(analysis, modules);
  const isAllTrained = frozen.length === 0;
  const regular = biases ? 'list(network.parameters())' : regularised(analysis);
  const kept = isAllTrained ? regular : `[p for p in ${regular} if p.requires_grad]`;
  const decays = l2 > 0 || decay > 0;
  const clip = {
    none: [],
    norm: [`torch.nn.utils.clip_grad_norm_(network.parameters(), ${clipping.limit})`],
    value: [`torch.nn.utils.clip_grad_value_(network.parameters(), ${clipping.limit})`],
  }[clipping.by as 'none' | 'norm' | 'value'];

  const parts = [
    `"""Trains the network of model.py with the recipe of ${document.name.replaceAll(/[\r\n"\\]+/g, ' ')}, on samples of your own.

    python train.py data.npz              begins with new weights
    python train.py data.npz --trained    goes on from weights.safetensors

Needs PyTorch and NumPy alone. Writes trained.pt, a state_dict of ${network}.${isAllTrained ? '' : '\nWhat is FROZEN keeps the weights that it begins with: those of the project come with --trained.'}
"""
import argparse
import math

import numpy
import torch
from torch import nn

from model import ${network}, load_model

EPOCHS = ${training.epochs}
BATCH_SIZE = ${training.batchSize}
LEARNING_RATE = ${training.learningRate}
WARMUP_STEPS = ${training.warmupSteps}
TEST_SHARE = ${training.testShare}${hasValidation ? `\nVALIDATION_SHARE = ${validationShare}` : ''}
SEED = ${training.seed}
INPUTS = [${xs.map(({ name }) => `"${name}"`).join(', ')}]
TARGETS = [${targets.map(({ column }) => `"${column.name}"`).join(', ')}]${isAllTrained ? '' : `\nFROZEN = [${frozen.map((path) => `"${path}"`).join(', ')}]`}${early ? '\n# The project also stops early; here it trains all its epochs.' : ''}`,
    `def load_data(path):
    """The samples as arrays by name, one row for each. Put your own data set here if it does not lie in an .npz file.

${columns.map(({ name, type, shape, remark }) => `        ${name.padEnd(widest)} ${type} [samples${shape.map((size) => `, ${size}`).join('')}]${remark}`).join('\n')}
    """
    with numpy.load(path) as file:
        missing = [name for name in INPUTS + TARGETS if name not in file]
        if missing:
            raise SystemExit(f"{path}: expected the arrays {INPUTS + TARGETS}, found {file.files}")
        data = {name: torch.from_numpy(file[name]) for name in INPUTS + TARGETS}
    types = {${columns.map(({ name, type }) => `"${name}": torch.${type}`).join(', ')}}
    shapes = {${columns.map(({ name, shape }) => `"${name}": (${tuple(shape)})`).join(', ')}}
    for name, array in data.items():
        if tuple(array.shape[1:]) != shapes[name] or len(array) != len(data[INPUTS[0]]):
            raise SystemExit(f"{path}: {name}: expected rows of shape {shapes[name]}, as many as of {INPUTS[0]}, found {tuple(array.shape)}")
    return {name: array.to(types[name]) for name, array in data.items()}`,
    ...helpers,
    `def rate_factor(t, steps, per_epoch, warmup=WARMUP_STEPS):
    """What the learning rate is multiplied by at step t = 0, 1, ..."""
    factor = ${factor}
    return factor * (t + 1) / warmup if t < warmup else factor`,
    `LOSSES = [
${targets.map(({ expression, factor: weight }) => `    (${expression}, ${weight}),`).join('\n')}
]`,
    `def loss_of(outputs, batch):
    """The loss of a batch, and how many of its answers are right out of how many that can be."""
    total, right, asked = 0.0, 0, 0
${targets.map(({ column, result, reading, ignored }, at) => lossLines(column.name, at, result, reading, ignored)).join('\n')}
    return total, right, asked`,
    `def run(network, batch):
    outputs = network(*(batch[name] for name in INPUTS))
    return outputs if isinstance(outputs, tuple) else (outputs,)`,
    `def measure(network, data, rows):
    """Mean loss over these rows, and the share of right answers."""
    network.eval()
    total, right, asked = 0.0, 0, 0
    with torch.no_grad():
        for part in rows.split(1024):
            batch = {name: array[part] for name, array in data.items()}
            loss, hits, count = loss_of(run(network, batch), batch)
            total, right, asked = total + float(loss) * len(part), right + hits, asked + count
    return total / max(1, len(rows)), right / asked if asked else None`,
    `def train(network, data):
    order = torch.randperm(len(data[INPUTS[0]]), generator=torch.Generator().manual_seed(SEED))
    held = int(round(len(order) * TEST_SHARE))
${
  hasValidation
    ? `    guides = min(int(round(len(order) * VALIDATION_SHARE)), max(0, len(order) - held - 1))
    test, validation, rows = order[:held], order[held : held + guides], order[held + guides :]`
    : '    test, rows = order[:held], order[held:]'
}
${isAllTrained ? '' : '    for name in FROZEN:\n        network.get_submodule(name).requires_grad_(False)\n'}    lr, parameters = LEARNING_RATE, ${isAllTrained ? 'list(network.parameters())' : '[p for p in network.parameters() if p.requires_grad]'}
    optimizer = ${creation}
${decays ? `    kept_small = ${kept}\n` : ''}    per_epoch = math.ceil(len(rows) / BATCH_SIZE)
    step = 0
    for epoch in range(1, EPOCHS + 1):
        network.train()
${isAllTrained ? '' : frozenNorms}        for part in rows[torch.randperm(len(rows))].split(BATCH_SIZE):
            batch = {name: array[part] for name, array in data.items()}
            rate = LEARNING_RATE * rate_factor(step, EPOCHS * per_epoch, per_epoch)
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad()
            loss, _, _ = loss_of(run(network, batch), batch)
            loss.backward()
${[
  ...(l2 > 0
    ? [
        `            for p in kept_small:\n                p.grad.add_(p.detach(), alpha=2 * ${l2})  # the gradient of ${l2} times the sum of squares`,
      ]
    : []),
  ...clip.map((line) => `            ${line}`),
  ...(decay > 0
    ? [
        `            with torch.no_grad():\n                for p in kept_small:\n                    p.mul_(1 - rate * ${decay})`,
      ]
    : []),
]
  .map((line) => `${line}\n`)
  .join('')}            optimizer.step()
            step += 1
        seen = measure(network, data, rows)
        told = [f"epoch {epoch}/{EPOCHS}", *figures("train", seen)]
        if len(${guide}):
            seen = measure(network, data, ${guide})
            told += figures("${guide}", seen)
${hasPlateau ? '        plateau.after_epoch(seen[0])\n' : ''}        print("  ".join(told))${hasValidation ? '\n    if len(test):\n        print("  ".join(figures("test", measure(network, data, test))))' : ''}`,
    `def figures(name, measured):
    loss, accuracy = measured
    return [f"{name} loss {loss:.4f}"] + ([] if accuracy is None else [f"accuracy {accuracy:.2%}"])`,
    `if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Trains ${network} on samples of your own.")
    parser.add_argument("data", nargs="?", default="data.npz", help="an .npz file with the arrays ${columns.map(({ name }) => name).join(', ')}")
    parser.add_argument("--trained", action="store_true", help="go on from weights.safetensors")
    asked = parser.parse_args()
    torch.manual_seed(SEED)
    network = load_model() if asked.trained else ${network}()
    train(network, load_data(asked.data))
    torch.save(network.state_dict(), "trained.pt")
    print("trained.pt")`,
  ];
  return `${parts.join('\n\n\n')}\n`;
}

/** A frozen norm works with its running statistics, as in use; dropout beside it goes on. */
const frozenNorms = `        for module in (module for name in FROZEN for module in network.get_submodule(name).modules()):
            if "BatchNorm" in type(module).__name__:
                module.eval()
`;

/** Where the frozen layers lie: of a module that holds nothing but frozen ones, the whole. */
function frozenModules({ topology, nodes }: Analysis, modules: ModelCode['modules']): string[] {
  const weighted = [...modules].filter(([id]) => nodes.get(id)?.weights.some(isChangedByTraining));
  const isIn = (path: string, whole: string): boolean => `${path}.`.startsWith(`${whole}.`);
  const saysFrozen = (id: string): boolean => isFrozen({ id }, topology.nodes);
  const trained = weighted.flatMap(([id, path]) => (saysFrozen(id) ? [] : [path]));
  const wholes = weighted.flatMap(([id, path]) => {
    if (!saysFrozen(id)) return [];
    const parts = path.split('.');
    const lengths = parts.map((_, at) => parts.slice(0, at + 1).join('.'));
    return lengths.find((whole) => !trained.some((other) => isIn(other, whole))) ?? [];
  });
  return [...new Set(wholes)];
}

/**
 * Biases and scales have one dimension, and what regularisation bears on has more; but for norms that scale each number of a
 * sample for itself.
 */
function regularised({ nodes }: Analysis): string {
  const spared = [...nodes.values()].some(({ weights }) =>
    weights.some(({ decays, trained, shape }) => decays === false && trained !== false && shape.length > 1),
  );
  return spared
    ? '[p for layer in network.modules() if type(layer).__name__ not in ("LayerNorm", "Affine") for p in layer.parameters(recurse=False) if p.dim() > 1]'
    : '[p for p in network.parameters() if p.dim() > 1]';
}

/** `2, 3`, and `2,` for one size alone. */
const tuple = (shape: readonly number[]): string => (shape.length === 1 ? `${shape[0]},` : shape.join(', '));

function columnOf(name: string, planned: PlannedInput | undefined): Column {
  const isWhole = planned?.dtype === 'int32';
  return {
    name,
    type: isWhole ? 'int64' : 'float32',
    shape: planned?.shape ?? [],
    remark: isWhole ? (planned.port === 'x' ? '  tokens' : '  classes, counted from 0') : '',
  };
}

/** The loss as PyTorch has it, what it is multiplied by, and what its prediction means. */
function lossOf(document: NetwrightDocument, analysis: Analysis, id: string) {
  const node = document.nodes.find((one) => one.id === id);
  const definition = catalogue.get(node?.type ?? '') as LossDefinition | undefined;
  if (node === undefined || definition === undefined) throw new Error(`there is no loss ${id}`);
  const params = completeParams(definition.fields, node.params);
  const [expression = ''] = definition.pytorch(params, analysis.nodes.get(id)?.inputs ?? {}).split('  #');
  const { ignored } = params as { ignored?: number };
  return { expression, factor: Number(params['weight'] ?? 1), reading: definition.reading, ignored };
}

/** Each loss takes rows: a sequence or an image of classes is one row for each of its places. */
function lossLines(
  target: string,
  at: number,
  result: number,
  reading: LossDefinition['reading'],
  ignored: number | undefined,
): string {
  const isClass = reading === 'class-logits' || reading === 'class-log-probabilities';
  const threshold = reading === 'logit' ? 0 : 0.5;
  const lines = isClass
    ? [
        `prediction = outputs[${result}].flatten(0, -2)`,
        `target = batch["${target}"]`,
        `target = target.flatten() if target.dtype == torch.int64 else target.flatten(0, -2)`,
      ]
    : [
        `prediction = outputs[${result}]`,
        `target = batch["${target}"].to(prediction.dtype).reshape(prediction.shape)`,
      ];
  lines.push(`total = total + LOSSES[${at}][1] * LOSSES[${at}][0](prediction, target)`);
  if (isClass) {
    lines.push(
      `labels = target if target.dim() == 1 else target.argmax(-1)`,
      `counts = labels != ${ignored ?? -100}`,
      `right += int((prediction.argmax(-1) == labels)[counts].sum())`,
      `asked += int(counts.sum())`,
    );
  } else if (reading !== 'number') {
    lines.push(
      `right += int(((prediction > ${threshold}) == (target > 0.5)).sum())`,
      `asked += target.numel()`,
    );
  }
  return lines.map((line) => `    ${line}`).join('\n');
}

const optimizerHelpers: Readonly<Record<string, string>> = {
  from_zero: `def from_zero(optimizer):
    """Momentum that begins at zero, where PyTorch's begins with the first gradient."""
    for group in optimizer.param_groups:
        for p in group["params"]:
            optimizer.state[p]["momentum_buffer"] = torch.zeros_like(p)
    return optimizer`,
  RootOfSquares: `class RootOfSquares(torch.optim.Optimizer):
    """RMSprop with its epsilon under the root; with beta = gain = 1 it is Adagrad."""

    def __init__(self, parameters, lr, beta, gain, eps, momentum=0.0):
        super().__init__(parameters, dict(lr=lr, beta=beta, gain=gain, eps=eps, momentum=momentum))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p].setdefault("s", torch.zeros_like(p))
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                s.mul_(group["beta"]).addcmul_(p.grad, p.grad, value=group["gain"])
                v.mul_(group["momentum"]).add_(p.grad / (s + group["eps"]).sqrt())
                p.sub_(v, alpha=group["lr"])`,
};

const oneCycle = `def one_cycle(now, span, rise, start_divisor, end_divisor, shape):
    """One rise to the learning rate, then a long fall."""
    last = max(1, span) - 1
    top = max(0, min(last, rise * (last + 1) - 1))
    now = min(max(0, now), last)

    def between(begin, end, done):
        if shape == "linear":
            return begin + (end - begin) * done
        return end + 0.5 * (begin - end) * (1 + math.cos(math.pi * done))

    start = 1 / start_divisor
    if now < top:
        return between(start, 1, now / top)
    return between(1, start / end_divisor, (now - top) / (last - top) if last > top else 0)`;

const plateauOf = (params: Params): string => `class Plateau:
    """Lowers the learning rate when the loss has stopped falling."""

    def __init__(self):
        self.factor, self.best, self.waited = 1.0, None, 0

    def after_epoch(self, loss):
        if self.best is None or loss < self.best * (1 - ${Number(params['minChange'])}):
            self.best, self.waited = loss, 0
        elif self.waited < ${Number(params['patience'])}:
            self.waited += 1
        else:
            self.waited = 0
            self.factor = max(${Number(params['minimum'])}, self.factor * ${Number(params['gamma'])})


plateau = Plateau()`;
