import { portsOf } from '../../../document/blocks.ts';
import { catalogue } from '../../../document/catalogue.ts';
import type { DocumentNode, Wire } from '../../../document/schema.ts';
import { endKey } from '../../../document/scope.ts';
import { wiresBy } from './placement.ts';

export interface Tensor {
  readonly end: Wire['from'];
  readonly key: string;
  /** −1 for what comes from outside. */
  readonly maker: number;
  readers: number;
  lastRead: number;
}

/** A node as one step of the computation. */
export interface Step {
  /** That of its node; of one that is frozen another, and of one that has other ports by what its fields say. */
  readonly type: string;
  readonly reads: readonly { readonly port: string; readonly tensor: Tensor }[];
  readonly makes: readonly Tensor[];
  /** What is read here for the last time. */
  readonly ends: readonly Tensor[];
  /** The first step whose tensors it reads; −1 where it reads what comes from outside. */
  readonly reach: number;
  /** Equal for steps of a type that read the same outputs of the same steps before. */
  readonly form: number;
}

export function stepsOf(body: readonly DocumentNode[], wires: readonly Wire[]): Step[] {
  const places = new Map(body.map(({ id }, at) => [id, at]));
  const tensors = new Map<string, Tensor>();
  for (const { from, to } of wires) {
    const key = endKey(from);
    const reader = places.get(to.node) ?? body.length;
    const known = tensors.get(key);
    if (known === undefined)
      tensors.set(key, { end: from, key, maker: places.get(from.node) ?? -1, readers: 1, lastRead: reader });
    else {
      known.readers++;
      known.lastRead = Math.max(known.lastRead, reader);
    }
  }
  const into = wiresBy(wires, ({ to }) => to.node);
  const made = body.map((): Tensor[] => []);
  const ended = body.map((): Tensor[] => []);
  for (const tensor of tensors.values()) {
    made[tensor.maker]?.push(tensor);
    ended[tensor.lastRead]?.push(tensor);
  }
  const forms = new Numbers<string>();
  return body.map((node, at) => {
    const { id } = node;
    const type = kindOf(node);
    const reads = (into.get(id) ?? [])
      .map(({ from, to }) => ({ port: to.port, tensor: tensors.get(endKey(from)) as Tensor }))
      .toSorted((a, b) => (a.port < b.port ? -1 : 1));
    const said = reads.map(({ port, tensor }) => `${port} ${at - tensor.maker}.${tensor.end.port}`);
    return {
      type,
      reads,
      makes: made[at] ?? [],
      ends: ended[at] ?? [],
      reach: Math.min(at, ...reads.map(({ tensor }) => tensor.maker)),
      form: forms.of(`${type} ${said.join(' ')}`),
    };
  });
}

/** A part that begins at one step, as it is made longer. */
export interface Growing {
  readonly start: number;
  size: number;
  /** What comes in, in the order in which it is first read. */
  readonly inputs: Map<string, Wire['from']>;
  /** Tensors made in it that are read behind it. */
  open: number;
  /** Equal for parts that compute the same but for what the fields of their nodes say. */
  form: number;
}

function kindOf({ type, params, frozen }: DocumentNode): string {
  const layer = catalogue.get(type);
  const ports = layer?.usedPorts && portsOf(layer, params);
  const named = ports && [...ports.inputs, ...ports.outputs].map(({ name }) => name).join(' ');
  return [type, ...(named === undefined ? [] : [named]), ...(frozen ? ['frozen'] : [])].join(' ');
}

/** Gives parts of one size, or parts grown each by itself, their forms by one count. */
export class Grown {
  private readonly entering = new Numbers<string>();
  private readonly forms = new Numbers<number>();

  begin(start: number): Growing {
    return { start, size: 0, inputs: new Map(), open: 0, form: 0 };
  }

  /** Takes the next step in, which is the one at `at`. */
  grow(part: Growing, step: Step, at: number): void {
    const said = step.reach >= part.start ? step.form : -1 - this.entered(part, step, at);
    for (const { maker } of step.ends) if (maker >= part.start) part.open--;
    part.open += step.makes.length;
    part.size++;
    part.form = 1 + this.forms.of(part.form * 2 ** 26 + said);
  }

  private entered(part: Growing, { type, reads }: Step, at: number): number {
    const said = reads.map(({ port, tensor }) => {
      if (tensor.maker >= part.start) return `${port} ${at - tensor.maker}.${tensor.end.port}`;
      const known = [...part.inputs.keys()].indexOf(tensor.key);
      if (known >= 0) return `${port} from ${known}`;
      part.inputs.set(tensor.key, tensor.end);
      return `${port} from ${part.inputs.size - 1}`;
    });
    return this.entering.of(`${type} ${said.join(' ')}`);
  }
}

/** Counts what is new, from 0. */
export class Numbers<T> {
  private readonly known = new Map<T, number>();

  of(one: T): number {
    const number = this.known.get(one) ?? this.known.size;
    if (number === this.known.size) this.known.set(one, number);
    return number;
  }
}
