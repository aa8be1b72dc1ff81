import type { Problem } from '../../engine/declaration/problem.ts';
import { text } from '../../engine/declaration/text.ts';
import { placeOf } from '../../engine/document/flatten.ts';
import type { Certificate } from '../../engine/protocol/messages.ts';
import { formatDifference } from '../models/differences.ts';

/** The first node at which onnxruntime computes something else, as a problem in its place. */
export function differenceIn({ nodes, tolerance }: Certificate): Problem | undefined {
  const first = nodes.find(({ equal }) => !equal);
  if (first === undefined) return undefined;
  const [most, found] = [tolerance, first.maxAbsDiff].map(formatDifference);
  return {
    code: 'export.differs',
    severity: 'error',
    place: { node: placeOf(first.node) },
    message: text(
      `The exported file differs here first: expected |Δ| ≤ ${most} to onnxruntime, found ${found}.`,
      `导出的文件最先在此处出现差异：与 onnxruntime 之间应有 |Δ| ≤ ${most}，实际为 ${found}。`,
    ),
  };
}
