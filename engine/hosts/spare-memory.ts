import { freemem, totalmem } from 'node:os';

/**
 * Bytes that a run may take here. Linux and Windows say what could be had without swapping, but Linux not what a container
 * is allowed; macOS counts as free only what nothing has ever used, and finds room for more by compressing.
 */
export function spareMemoryBytes(): number {
  const used = process.memoryUsage.rss();
  const ofMachine = process.platform === 'darwin' ? totalmem() - used : freemem();
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(ofMachine, Math.max(0, allowed - used)) : ofMachine;
}
