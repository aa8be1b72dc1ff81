/** Those who want to be told. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  /** Returns the function that stops listening. */
  add(listen: (value: T) => void): () => void {
    this.#all.add(listen);
    return () => this.#all.delete(listen);
  }

  tell(value: T): void {
    for (const listen of this.#all) listen(value);
  }
}
