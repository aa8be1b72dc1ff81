import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyseDocument, hasErrors } from '../../../engine/document/analyse.ts';
import { readDocument } from '../../../engine/document/read.ts';
import { currentVersion } from '../../../engine/document/schema.ts';
import { plainSettings } from '../../../engine/document/training-settings.ts';

const folder = new URL('../../fixtures/documents/', import.meta.url);
const load = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
/** Fixtures of which nothing that version 1 required is missing or of the wrong kind. */
const readable = readdirSync(folder).filter(
  (name) => !['newer-version.netwright.json', 'wrong-kind.netwright.json'].includes(name),
);

describe('a document of version 1', () => {
  it.each(readable)('opens, and means what it meant: one learning rate and no bounds (%s)', (name) => {
    const written = JSON.parse(load(name));
    expect(written.version).toBe(1);
    const { version, training, nodes, wires } = readDocument(load(name), name);
    expect(version).toBe(currentVersion);
    expect(training).toEqual({ ...written.training, ...plainSettings() });
    expect({ nodes, wires }).toEqual({ nodes: written.nodes, wires: written.wires });
  });

  it('runs as it did', () => {
    const document = readDocument(load('small-circle.netwright.json'), 'small-circle');
    expect(hasErrors(analyseDocument(document))).toBe(false);
  });

  it('without training settings is refused by their name, not brought up', () => {
    const { training: _, ...rest } = JSON.parse(load('small-circle.netwright.json'));
    expect(() => readDocument(JSON.stringify(rest), 'x')).toThrow(/training: expected an object/);
  });
});
