import { NetwrightError, type Problem } from '../../engine/declaration/problem.ts';
import { text } from '../../engine/declaration/text.ts';
import { analyseDocument } from '../../engine/document/analyse.ts';
import { problemText } from '../../engine/document/problem-text.ts';
import { readDocument } from '../../engine/document/read.ts';
import type { NetwrightDocument, Wire } from '../../engine/document/schema.ts';

/** What a canvas cannot show, and a person therefore could not mend on it. */
const undrawable: ReadonlySet<string> = new Set(['duplicate-id', 'missing-node', 'missing-port']);

/**
 * The document in a file's bytes, if it can be drawn; what else is wrong with it is marked on the canvas.
 * Throws a NetwrightError with every problem that stands in the way.
 */
export function readDrawable(bytes: Uint8Array, file: string): NetwrightDocument {
  const document = withOwnWireIds(readDocument(decode(bytes, file), file));
  const problems = analyseDocument(document).problems.filter(({ code }) => undrawable.has(code));
  const [first] = problems;
  if (first !== undefined) throw refusal(file, first, problems, document);
  return document;
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NetwrightError(
      'not-text',
      text(
        `${file}: expected text in UTF-8, found other bytes.`,
        `${file}：应为 UTF-8 文本，实际为其他内容。`,
      ),
    );
  }
}

function refusal(
  file: string,
  first: Problem,
  problems: readonly Problem[],
  document: NetwrightDocument,
): NetwrightError {
  const { en, zh } = problemText(first, document);
  return new NetwrightError(first.code, text(`${file}: ${en}`, `${file}：${zh}`), problems);
}

/** Wires are told apart by their ids alone, which mean nothing else: doubles get new ones. */
function withOwnWireIds(document: NetwrightDocument): NetwrightDocument {
  return {
    ...document,
    wires: ownIds(document.wires),
    blocks: document.blocks.map((block) => ({ ...block, wires: ownIds(block.wires) })),
  };
}

function ownIds(wires: Wire[]): Wire[] {
  const ids = new Set(wires.map(({ id }) => id));
  return ids.size === wires.length ? wires : wires.map((wire, i) => ({ ...wire, id: `wire-${i + 1}` }));
}
