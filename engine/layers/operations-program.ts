import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, type TensorType } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';
import type { Attributes, OpDefinition } from '../ops/contract.ts';
import { ops } from '../ops/index.ts';
import { wrongAttribute } from './operations-attributes.ts';
import { pythonWords } from './python-words.ts';

/**
 * The language of the Operations layer, one statement a line:
 *
 *   k = numbers [2, 3] 0.5*3 -1 0 2      numbers that stay as they are; a*n is a, n times
 *   i = whole [4] 0 2 1 3                whole numbers that stay as they are
 *   w = weight [3, 8]                    numbers that are trained
 *   h = linear(x, w)                     an op on tensors in the order that it names them; _ leaves one out
 *   v, p = topK(h, axis=1, k=2)          attributes behind; words, numbers and lists of numbers
 *   return v, p                          what goes to the outputs
 */
export interface Program {
  readonly held: readonly Held[];
  readonly statements: readonly Statement[];
  readonly results: readonly string[];
  /** The input ports that it reads. */
  readonly reads: ReadonlySet<string>;
}

/** Numbers that a program has by itself. */
export interface Held {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: 'weight' | 'numbers' | 'whole';
  /** None for a weight, which begins as its initializer says. */
  readonly values: Float32Array | undefined;
}

export interface Statement {
  /** Counted from 1. */
  readonly line: number;
  readonly op: OpDefinition;
  /** Names of values, by the op's names for its inputs. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** Names of the input and output ports of the layer. */
export const programInputs = ['x', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8'] as const;
export const programOutputs = ['y', 'y2', 'y3', 'y4'] as const;

/** Numbers that one program may keep, and weights that it may ask for. */
const most = { numbers: 2 ** 20, weight: 2 ** 28 } as const;
/** Whole numbers are held as float32, which has them all up to here. */
const mostWhole = 2 ** 24;

/** Ops that compute from tensors alone, when a network is trained as when it is used: by name. */
export const programOps: ReadonlyMap<string, OpDefinition> = new Map(
  Object.values<OpDefinition>(ops)
    .filter(
      (op) =>
        op.toOnnx !== undefined &&
        op.inputs.length > 0 &&
        !op.inputs.includes('step') &&
        op.name !== 'batchNormInference',
    )
    .map((op): [string, OpDefinition] => [op.name, op]),
);

const named = /^[A-Za-z_]\w*$/;
/** Programs that were read: a network that is being edited asks for the same ones again and again. */
const known = new Map<string, Program | NetwrightError>();
/** Characters of programs, and numbers of theirs, that are kept. */
const mostKept = 2 ** 24;
let kept = 0;

/** Throws a NetwrightError that names the line. */
export function readProgram(source: string): Program {
  const before = known.get(source);
  const found = before ?? readOrError(source);
  if (before === undefined) {
    kept += sizeOf(source, found);
    for (const [oldest, read] of known) {
      if (kept <= mostKept) break;
      known.delete(oldest);
      kept -= sizeOf(oldest, read);
    }
    known.set(source, found);
  }
  if (found instanceof NetwrightError) throw found;
  return found;
}

const sizeOf = (source: string, read: Program | NetwrightError): number =>
  source.length +
  (read instanceof NetwrightError
    ? 0
    : read.held.reduce((sum, { values }) => sum + (values?.length ?? 0), 0));

/** Undefined for a text that is no program. */
export function programOf(source: string): Program | undefined {
  try {
    return readProgram(source);
  } catch (error) {
    if (error instanceof NetwrightError) return undefined;
    throw error;
  }
}

function readOrError(source: string): Program | NetwrightError {
  try {
    return new Reader().read(source);
  } catch (error) {
    if (error instanceof NetwrightError) return error;
    throw error;
  }
}

/** A name for the class of a program on inputs of these types: such as are the same share one. */
export function operationsName(
  program: string,
  inputs: Readonly<Record<string, TensorType | undefined>>,
): string {
  const shapes = programInputs.map((name) => inputs[name]?.shape.slice(1).join('×') ?? '');
  const told = [program, ...shapes].join('\n');
  let hash = 0x811c9dc5;
  for (let at = 0; at < told.length; at++) hash = Math.imul(hash ^ told.charCodeAt(at), 0x01000193) >>> 0;
  return `Operations${hash.toString(16).padStart(8, '0').toUpperCase()}`;
}

export const atLine = (line: number, { en, zh }: Text, code = 'not-a-program'): NetwrightError =>
  new NetwrightError(code, text(`Line ${line}: ${en}`, `第 ${line} 行：${zh}`));

class Reader {
  private readonly held: Held[] = [];
  private readonly statements: Statement[] = [];
  private readonly reads = new Set<string>();
  private readonly values = new Set<string>(programInputs);
  private results: readonly string[] = [];
  private line = 0;
  private readonly counts = { numbers: 0, weight: 0 };

  read(source: string): Program {
    const lines = source.split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim());
    for (const [at, line] of lines.entries()) {
      if (line === '') continue;
      this.line = at + 1;
      if (this.results.length > 0)
        throw this.wrong(text('nothing may follow “return”.', '“return”之后不能再有内容。'));
      this.readLine(line);
    }
    if (this.results.length === 0) {
      this.line = lines.length;
      throw this.wrong(
        text(
          'expected “return” with a name for each output at the end, found none.',
          '末尾应为“return”及各输出的名称，实际没有。',
        ),
      );
    }
    const { held, statements, results, reads } = this;
    return { held, statements, results, reads };
  }

  private readLine(line: string): void {
    const returned = /^return\b(.*)$/.exec(line);
    if (returned) {
      const results = partsOf(returned[1] ?? '');
      for (const result of results) this.use(result);
      if (results.length > programOutputs.length || results.length === 0) {
        throw this.wrong(
          text(
            `expected 1 to ${programOutputs.length} names behind “return”, found ${results.length}.`,
            `“return”之后应有 1 到 ${programOutputs.length} 个名称，实际为 ${results.length} 个。`,
          ),
        );
      }
      this.results = results;
      return;
    }
    const statement = /^([^=(]+)=\s*(.*)$/.exec(line);
    const held = /^(weight|numbers|whole)\s*\[([^\]]*)\](.*)$/.exec(statement?.[2] ?? '');
    const call = /^(\w+)\s*\((.*)\)$/.exec(statement?.[2] ?? '');
    const made = partsOf(statement?.[1] ?? '');
    if (held) this.readHeld(made, held[1] as Held['kind'], held[2] ?? '', held[3] ?? '');
    else if (call) this.readCall(made, call[1] ?? '', call[2] ?? '');
    else {
      throw this.wrong(
        text(
          `expected “name = op(…)”, “name = weight […]”, “name = numbers […] …” or “return …”, found “${shortened(line)}”.`,
          `应为“名称 = 运算(…)”、“名称 = weight […]”、“名称 = numbers […] …”或“return …”，实际为“${shortened(line)}”。`,
        ),
      );
    }
  }

  private readHeld(made: readonly string[], kind: Held['kind'], sizes: string, listed: string): void {
    const shape = partsOf(sizes).map(Number);
    const count = elementCount(shape);
    const counted = kind === 'weight' ? 'weight' : 'numbers';
    this.counts[counted] += count;
    const isShape = shape.length > 0 && shape.every((size) => Number.isInteger(size) && size >= 1);
    if (!isShape || this.counts[counted] > most[counted]) {
      throw this.wrong(
        text(
          `expected a list of sizes from 1 on, of at most ${most[counted]} numbers in all, found [${shortened(sizes)}].`,
          `应为一列不小于 1 的大小，数值总数不超过 ${most[counted]}，实际为 [${shortened(sizes)}]。`,
        ),
      );
    }
    const [name = ''] = made;
    this.make(made, 1);
    this.held.push({ name, shape, kind, values: this.listedValues(kind, count, listed) });
  }

  private listedValues(kind: Held['kind'], count: number, listed: string): Float32Array | undefined {
    const parts = partsOf(listed);
    if (kind === 'weight') {
      if (parts.length === 0) return undefined;
      throw this.wrong(
        text(
          `a weight is trained and has no numbers of its own; found “${shortened(listed.trim())}”.`,
          `权重由训练得到，不写数值；实际写有“${shortened(listed.trim())}”。`,
        ),
      );
    }
    const values = new Float32Array(count);
    let filled = 0;
    for (const part of parts) {
      const [value = '', times = '1'] = part.split('*');
      const [number, repeated] = [Number(value), Number(times)];
      const isNumber = value !== '' && (Number.isFinite(number) || /^-?Infinity$/.test(value));
      const fits = kind === 'numbers' || (Number.isInteger(number) && Math.abs(number) <= mostWhole);
      if (!isNumber || !fits || !Number.isInteger(repeated) || repeated < 1) {
        const [en, zh] = kind === 'whole' ? ['whole numbers', '整数'] : ['numbers', '数值'];
        throw this.wrong(
          text(
            `expected ${en} such as 2 or 2*8, found “${shortened(part)}”.`,
            `应为${zh}，例如 2 或 2*8，实际为“${shortened(part)}”。`,
          ),
        );
      }
      values.fill(number, Math.min(filled, count), Math.min(filled + repeated, count));
      filled += repeated;
    }
    if (filled === count) return values;
    throw this.wrong(
      text(
        `the shape takes ${count} numbers, found ${filled}.`,
        `该形状需要 ${count} 个数，实际为 ${filled} 个。`,
      ),
    );
  }

  private readCall(made: readonly string[], name: string, given: string): void {
    const op = programOps.get(name);
    if (op === undefined) {
      const all = [...programOps.keys()].toSorted().join(', ');
      throw this.wrong(
        text(`there is no op “${name}”; expected one of: ${all}.`, `没有运算“${name}”；可用的有：${all}。`),
      );
    }
    const inputs: Record<string, string> = {};
    const attributes: Record<string, Attributes[string]> = {};
    let at = 0;
    for (const part of argumentsOf(given)) {
      const attribute = /^(\w+)\s*=\s*(.+)$/.exec(part);
      if (attribute) {
        attributes[attribute[1] as string] = this.valueOf(attribute[2] as string);
        continue;
      }
      const input = op.inputs[at++];
      if (input === undefined) {
        throw this.wrong(
          text(
            `${name} takes at most ${op.inputs.length} tensors (${op.inputs.join(', ')}), found more.`,
            `${name} 至多接受 ${op.inputs.length} 个张量（${op.inputs.join('、')}），实际更多。`,
          ),
        );
      }
      if (part === '_') continue;
      this.use(part);
      inputs[input] = part;
    }
    const wrong = wrongAttribute(name, attributes);
    if (wrong !== undefined) throw this.wrong(wrong);
    this.make(made, op.outputs.length);
    this.statements.push({ line: this.line, op, inputs, outputs: made, attributes });
  }

  private valueOf(written: string): Attributes[string] {
    const list = /^\[(.*)\]$/.exec(written);
    const numbers = list ? partsOf(list[1] ?? '').map(Number) : [Number(written)];
    if (list && numbers.every(Number.isFinite)) return numbers;
    if (!list && written !== '' && Number.isFinite(numbers[0])) return numbers[0] as number;
    if (/^-?Infinity$/.test(written)) return Number(written);
    if (written === 'true' || written === 'false') return written === 'true' ? 1 : 0;
    if (named.test(written)) return written;
    throw this.wrong(
      text(
        `expected a number, a word or a list such as [2, 3], found “${shortened(written)}”.`,
        `应为数值、单词或 [2, 3] 这样的列表，实际为“${shortened(written)}”。`,
      ),
    );
  }

  /** A value is made once: what a name means does not change. */
  private make(names: readonly string[], count: number): void {
    const wrong = names.find((name) => !named.test(name) || this.values.has(name) || pythonWords.has(name));
    if (names.length !== count || wrong !== undefined || new Set(names).size !== count) {
      throw this.wrong(
        text(
          `expected ${count} new ${count === 1 ? 'name' : 'names'} in front of “=”, no words of Python, found “${shortened(names.join(', '))}”.`,
          `“=”之前应有 ${count} 个新名称，且不是 Python 的词，实际为“${shortened(names.join(', '))}”。`,
        ),
      );
    }
    for (const name of names) this.values.add(name);
  }

  private use(name: string): void {
    if (!this.values.has(name)) {
      throw this.wrong(
        text(`nothing above is called “${shortened(name)}”.`, `上文没有名为“${shortened(name)}”的值。`),
      );
    }
    if ((programInputs as readonly string[]).includes(name)) this.reads.add(name);
  }

  private readonly wrong = (what: Text): NetwrightError => atLine(this.line, what);
}

const partsOf = (written: string): string[] => written.split(/[\s,]+/).filter((part) => part !== '');

/** What stands between commas, lists in one piece. */
const argumentsOf = (written: string): string[] =>
  (written.match(/[^,[]+(?:\[[^\]]*\])?|\[[^\]]*\]/g) ?? [])
    .map((part) => part.trim())
    .filter((part) => part !== '');

const shortened = (written: string): string => (written.length > 60 ? `${written.slice(0, 60)}…` : written);
