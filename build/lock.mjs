import { mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const pollMs = 100;
const announceAfter = 20;
// A second waiter sees a new owner's file for an instant before its process id is written into it.
const writingGraceMs = 2000;

/** Runs `work` while this process owns `file`; another process that asks for the same file waits its turn. */
export function holdingLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  for (let waits = 0; !take(file); waits += 1) {
    if (waits === announceAfter) process.stderr.write(`waiting for the process that holds ${file}\n`);
    if (isAbandoned(file)) removeQuietly(file);
    else sleep(pollMs);
  }
  try {
    return work();
  } finally {
    removeQuietly(file);
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A killed build leaves its file behind; the process id inside tells whether anyone still works. */
function isAbandoned(file) {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner === 0) return Date.now() - statSync(file).mtimeMs > writingGraceMs;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    if (error.code === 'EPERM' || error.code === 'ENOENT') return false;
    throw error;
  }
}

function removeQuietly(file) {
  try {
    unlinkSync(file);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
