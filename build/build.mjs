import { allParts, ensureBuilt, ensureInstalled, StepFailed } from './bootstrap.mjs';

try {
  ensureInstalled();
  const wanted = process.argv.slice(2);
  ensureBuilt(wanted.length > 0 ? wanted : allParts);
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  console.error(error.message);
  process.exit(1);
}
