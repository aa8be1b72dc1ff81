import { z } from 'zod';

// Without this zod tries `new Function`, which a strict content security policy reports.
z.config({ jitless: true });

export const foundLimits = { columns: 4096, values: 10_000, nameLength: 200, samples: 2 ** 31 - 1 } as const;

const columnName = z.string().max(foundLimits.nameLength);
const sampleCount = z.int().min(0).max(foundLimits.samples);

/**
 * What one column is called, and the categories that it has; texts are what is too various to be categories, and a part is
 * what says of rows whether they are for training, validation or testing.
 */
const columnSchema = z.strictObject({
  name: columnName,
  kind: z.enum(['number', 'category', 'date', 'text', 'part']),
  values: z.array(columnName).max(foundLimits.values),
  /** Where every value belongs to one of another column, as fine classes do to coarse ones: to which, by their numbers. */
  within: z
    .strictObject({
      column: columnName,
      of: z.array(z.int().min(0).max(foundLimits.values)).max(foundLimits.values),
    })
    .optional(),
  /** Samples of which it says nothing. */
  missing: sampleCount.optional(),
  /** Those among them that are kept for validation and for testing. */
  missingHeld: z.strictObject({ validation: sampleCount, test: sampleCount }).optional(),
  /** Whether files beside those that are read leave it to be answered. */
  asked: z.literal(true).optional(),
});

/**
 * Files that samples come from, and what was found in them when they were opened: all that has to be known of them to
 * draw a network, so that the files themselves are needed only to train it.
 */
export const foundFilesSchema = z.strictObject({
  /** A file or a folder; empty before any was opened. */
  path: z.string().max(4096),
  /** SHA-256 of what they held. */
  fingerprint: z.string().regex(/^([0-9a-f]{64})?$/),
  /** Samples that the files themselves keep neither for validation nor for testing, and those that they do. */
  train: sampleCount,
  validation: sampleCount.optional(),
  test: sampleCount,
  /** Of the numbers of one sample that lie together, such as the pixels of an image; empty in a table. */
  shape: z
    .array(
      z
        .int()
        .min(1)
        .max(2 ** 24),
    )
    .max(6),
  /** What belongs to every sample besides: labels, or all columns of a table. */
  columns: z.array(columnSchema).max(foundLimits.columns),
});

export type FoundFiles = z.infer<typeof foundFilesSchema>;
export type FoundColumn = z.infer<typeof columnSchema>;

export const noFiles: FoundFiles = { path: '', fingerprint: '', train: 0, test: 0, shape: [], columns: [] };
