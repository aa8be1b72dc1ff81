import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';
import { dimsProduct, type Model } from './model.ts';

/**
 * What must hold of a model before it is written: every value has one producer and one name, stands before its first
 * use, and constants have as many numbers as their shape says. Throws a NetwrightError on the first breach.
 */
export function checkModel({ graph }: Model): void {
  const producers = new Map<string, string>();
  const produce = (name: string, producer: string): void => {
    if (name === '') throw broken(producer, text('produces a value without a name', '产生的值没有名称'));
    const other = producers.get(name);
    if (other !== undefined) {
      throw broken(
        producer,
        text(`produces "${name}", which ${other} produces too`, `与 ${other} 都产生了“${name}”`),
      );
    }
    producers.set(name, producer);
  };

  for (const { name } of graph.inputs) produce(name, `input "${name}"`);
  for (const { name, dims, raw, external } of graph.initializers) {
    produce(name, `constant "${name}"`);
    const count = dimsProduct(dims);
    const bytes = raw?.length ?? external?.length ?? 0;
    if (bytes !== count * 4) {
      const found = `${bytes / 4}`;
      throw broken(
        `constant "${name}"`,
        text(`should hold ${count} numbers, found ${found}`, `应含 ${count} 个数，实际为 ${found} 个`),
      );
    }
  }
  const nodeNames = new Set<string>();
  for (const { name, inputs, outputs } of graph.nodes) {
    const node = `node "${name}"`;
    if (nodeNames.has(name)) throw broken(node, text('has the name of another node', '与另一个节点同名'));
    nodeNames.add(name);
    const missing = inputs.find((input) => input !== '' && !producers.has(input));
    if (missing !== undefined) {
      throw broken(
        node,
        text(`reads "${missing}", which nothing before it produces`, `读取的“${missing}”尚无来源`),
      );
    }
    for (const output of outputs) produce(output, node);
  }
  for (const { name } of graph.outputs) {
    if (!producers.has(name)) throw broken(`output "${name}"`, text('is produced by no node', '没有来源'));
  }
}

const broken = (place: string, what: Text): NetwrightError =>
  new NetwrightError(
    'export-broken',
    text(
      `The exported model would not be valid: ${place} ${what.en}.`,
      `导出的模型将无效：${place} ${what.zh}。`,
    ),
  );
