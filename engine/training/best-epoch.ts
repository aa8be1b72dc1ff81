import type { PlannedTensor } from '../compiler/plan.ts';
import type { Arena } from '../runtime/arena.ts';
import { matchTensors } from './checkpoint.ts';
import type { NamedTensor } from './safetensors.ts';
import { copyTensors, restoreTensors } from './weights.ts';

/** Begins the names of what is kept in a checkpoint. No tensor of a network has a colon in its name. */
const prefix = 'best:';

/** The network as it was after its best epoch, for early stopping to go back to. */
export class BestEpoch {
  private readonly tensors: readonly PlannedTensor[];
  private readonly arena: Arena;
  private kept: readonly NamedTensor[] = [];

  constructor(tensors: readonly PlannedTensor[], arena: Arena) {
    this.tensors = tensors;
    this.arena = arena;
  }

  keep(): void {
    this.kept = copyTensors(this.tensors, this.arena);
  }

  /** Puts it back, where there is one; says whether there was. */
  restore(): boolean {
    restoreTensors(this.tensors, this.kept, this.arena);
    return this.kept.length > 0;
  }

  /** For a checkpoint. */
  save(): NamedTensor[] {
    return this.kept.map((tensor) => ({ ...tensor, name: `${prefix}${tensor.name}` }));
  }

  /** From a checkpoint, whether it holds one or not. Throws when it is of another network. */
  load(tensors: readonly NamedTensor[], file: string): void {
    this.kept = tensors
      .filter(({ name }) => name.startsWith(prefix))
      .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
    if (this.kept.length > 0) matchTensors(this.tensors, this.kept, file);
  }
}
