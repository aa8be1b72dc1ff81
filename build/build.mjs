import { prepare } from './bootstrap.mjs';

const parts = process.argv.slice(2);
prepare(parts.length > 0 ? parts : undefined);
