/** Each instance, that is each worker, has the contract's `scratchWords` of its own from here, for what does not outlast one call. */
export let scratch: usize = 0;

export function useScratch(address: usize): void {
  scratch = address;
}
