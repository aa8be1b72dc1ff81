import { z } from 'zod';
import { jsonOrUndefined } from '../document/json.ts';
import { type RunLabel, runColors } from '../protocol/kept-run-messages.ts';
import { type FileStore, jsonBytes } from './file-store.ts';
import { runFiles } from './run-folder.ts';

const format = 'netwright-run-label';

const labelSchema = z.object({
  format: z.literal(format),
  version: z.literal(1),
  name: z.string().min(1),
  color: z
    .int()
    .min(0)
    .max(runColors - 1),
  note: z.string(),
  starred: z.boolean(),
});

/** What a person said of a run; undefined where nobody said anything that can be read. */
export async function readLabel(store: FileStore): Promise<RunLabel | undefined> {
  const bytes = await store.read(runFiles.label);
  const parsed = labelSchema.safeParse(bytes && jsonOrUndefined(new TextDecoder().decode(bytes)));
  if (!parsed.success) return undefined;
  const { name, color, note, starred } = parsed.data;
  return { name, color, note, starred };
}

export const writeLabel = (store: FileStore, label: RunLabel): Promise<void> =>
  store.writeAtomic(runFiles.label, jsonBytes({ format, version: 1, ...label }, 2));
