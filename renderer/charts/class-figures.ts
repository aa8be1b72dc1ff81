import { byGroup, type Confusion } from './classes.ts';

/** How well one class is told from the others; undefined where that is no number: nothing was answered, or nothing is it. */
export interface ClassFigures {
  /** Of what was answered as this class, the share that is it. */
  readonly precision: number | undefined;
  /** Of what is this class, the share that was answered so. */
  readonly recall: number | undefined;
  /** Harmonic mean of both. */
  readonly f1: number | undefined;
  /** How many samples are of it. */
  readonly support: number;
}

export function classFigures({ counts, classes }: Confusion): ClassFigures[] {
  const at = (truth: number, answer: number): number => counts[truth * classes + answer] ?? 0;
  return Array.from({ length: classes }, (_, one) => {
    let [support, answered] = [0, 0];
    for (let other = 0; other < classes; other++) {
      support += at(one, other);
      answered += at(other, one);
    }
    const right = at(one, one);
    return {
      precision: answered > 0 ? right / answered : undefined,
      recall: support > 0 ? right / support : undefined,
      f1: support + answered > 0 ? (2 * right) / (support + answered) : undefined,
      support,
    };
  });
}

/** How well the classes of one group are told, from each other and from those of other groups. */
export interface GroupFigures {
  readonly classes: number;
  readonly support: number;
  /** Of the samples of its classes, the shares that were answered as their class, and as any of the group; undefined without samples. */
  readonly rightClass: number | undefined;
  readonly rightGroup: number | undefined;
}

export function groupFigures(
  confusion: Confusion,
  groupOf: readonly number[],
  groups: number,
): GroupFigures[] {
  return classFigures(byGroup(confusion, groupOf, groups)).map(({ support, recall }, group) => {
    const own = [...groupOf.keys()].filter((one) => groupOf[one] === group);
    const right = own.reduce((sum, one) => sum + (confusion.counts[one * confusion.classes + one] ?? 0), 0);
    return {
      classes: own.length,
      support,
      rightClass: support > 0 ? right / support : undefined,
      rightGroup: recall,
    };
  });
}

export interface Confused {
  readonly truth: number;
  readonly answer: number;
  readonly count: number;
}

/** Pairs of classes of which one is taken for the other, most often first. */
export function mostConfused({ counts, classes }: Confusion, most: number): readonly Confused[] {
  const pairs: Confused[] = [];
  for (const [i, count] of counts.entries()) {
    const [truth, answer] = [Math.floor(i / classes), i % classes];
    if (count > 0 && truth !== answer) pairs.push({ truth, answer, count });
  }
  return pairs.toSorted((a, b) => b.count - a.count).slice(0, most);
}
