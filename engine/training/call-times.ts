import type { PlannedCall, TrainProgram } from '../compiler/plan.ts';
import type { NodeTime, StepTimes } from '../protocol/live-run-messages.ts';
import type { LoadedProgram } from '../runtime/code.ts';
import type { Machine } from '../runtime/machine.ts';
import { medianOf } from './median.ts';

/** Of so many steps the median is told: one that something else delayed does not show. */
const keptSteps = 15;

/**
 * How long each call of a training step takes. A timed step is a real one: the same calls in the same order, with a look at
 * the clock between them.
 */
export class CallTimes {
  /** Steps that were timed. */
  steps = 0;
  private readonly machine: Machine;
  private readonly program: TrainProgram;
  private readonly loaded: LoadedProgram;
  /** [kept steps, calls] */
  private readonly ms: Float64Array;

  constructor(machine: Machine, program: TrainProgram) {
    this.machine = machine;
    this.program = program;
    this.loaded = machine.loaded(program);
    this.ms = new Float64Array(keptSteps * program.calls.length);
  }

  /** Executes calls [from, to) of the program for the step that comes after `steps`. */
  run(from: number, to: number): void {
    const row = (this.steps % keptSteps) * this.program.calls.length;
    let before = performance.now();
    for (let call = from; call < to; call++) {
      this.machine.run(this.loaded, call, call + 1);
      const after = performance.now();
      this.ms[row + call] = after - before;
      before = after;
    }
  }

  /** Node by node, over the last steps that were timed; undefined before the first. */
  read(): StepTimes | undefined {
    const { calls, updateStart } = this.program;
    if (this.steps === 0) return undefined;
    const nodes = new Map<string, NodeTime>();
    const sum = { forwardMs: 0, backwardMs: 0, updateMs: 0 };
    for (const [at, call] of calls.entries()) {
      const ms = this.median(at);
      const [owner, ...joined] = call.nodes;
      if (at >= updateStart || owner === undefined) {
        sum.updateMs += ms;
        continue;
      }
      const pass = isBackward(call) ? 'backwardMs' : 'forwardMs';
      sum[pass] += ms;
      nodes.set(owner, withTime(nodes.get(owner) ?? { node: owner }, pass, ms));
      const within = pass === 'backwardMs' ? 'backwardIn' : 'forwardIn';
      const note = (node: string, where: 'forwardIn' | 'backwardIn'): void => {
        nodes.set(node, { ...(nodes.get(node) ?? { node }), [where]: owner });
      };
      for (const node of joined) note(node, within);
      if (within === 'backwardIn' && isForward(call)) note(owner, 'forwardIn');
    }
    return { steps: this.steps, nodes: [...nodes.values()], ...sum };
  }

  private median(call: number): number {
    const { length } = this.program.calls;
    const count = Math.min(this.steps, keptSteps);
    return medianOf(Array.from({ length: count }, (_, step) => this.ms[step * length + call])) ?? 0;
  }
}

const withTime = (time: NodeTime, pass: 'forwardMs' | 'backwardMs', ms: number): NodeTime => ({
  ...time,
  [pass]: (time[pass] ?? 0) + ms,
});

/** Where a loss of few numbers is computed with its gradient, a call of the reverse pass does both. */
const isForward = ({ outputs }: PlannedCall): boolean => outputs.some(({ role }) => role === 'activation');

/** The reverse pass writes gradients, and nothing else does. */
const isBackward = ({ outputs }: PlannedCall): boolean => outputs.some(({ role }) => role === 'gradient');
