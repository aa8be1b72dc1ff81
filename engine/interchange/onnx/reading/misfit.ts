import { NetwrightError } from '../../../declaration/problem.ts';
import { type Text, text } from '../../../declaration/text.ts';

/**
 * Thrown by what an operator does to its values, where they do not fit; the reader of the graph (read-graph.ts) makes a
 * sentence of it that names the node. `unsupported` says that the node may be right, only that there is no form for it here.
 */
export class Misfit extends Error {
  readonly what: Text;
  readonly unsupported: boolean;

  constructor(what: Text, unsupported: boolean) {
    super(what.en);
    this.what = what;
    this.unsupported = unsupported;
  }
}

/** `what` follows a colon: "expected …, found …". */
export const misfit = (what: Text): Misfit => new Misfit(what, false);

/** `form` is what there is no place for here: "3-dimensional windows". */
export const unsupportedForm = (form: Text): Misfit =>
  new Misfit(text(`${form.en} cannot be read here`, `此处无法读取${form.zh}`), true);

/** A model that may be right, but asks for what the engine does not have. */
export class UnsupportedModel extends NetwrightError {
  /** The operators that it comes from, where it comes from some. */
  readonly ops: readonly string[];

  constructor(sentence: Text, ops: readonly string[] = []) {
    super('onnx-unsupported', sentence);
    this.ops = ops;
  }
}

/** Refusals of a graph within a node, whose sentences are whole. */
const whole = new WeakSet<NetwrightError>();

/** Does it, and leaves a refusal as it is in whatever node that happens. */
export function ofItself<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof NetwrightError) whole.add(error);
    throw error;
  }
}

/** What went wrong in a node of a file, as a sentence that names it; what is no refusal of ours stays as it is. */
export function nodeError(file: string, node: string, opType: string, error: unknown): unknown {
  if (error instanceof NetwrightError && whole.has(error)) return error;
  const [en, zh] = [`${file}: node "${node}" (${opType}): `, `${file}：节点“${node}”（${opType}）：`];
  if (error instanceof Misfit) {
    const sentence = text(`${en}${error.what.en}.`, `${zh}${error.what.zh}。`);
    return error.unsupported
      ? new UnsupportedModel(sentence, [opType])
      : new NetwrightError('onnx-misfit', sentence);
  }
  if (error instanceof UnsupportedModel) {
    return new UnsupportedModel(text(en + error.text.en, zh + error.text.zh), [opType]);
  }
  if (error instanceof NetwrightError) {
    return new NetwrightError('onnx-misfit', text(en + error.text.en, zh + error.text.zh));
  }
  return error;
}
