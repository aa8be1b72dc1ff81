import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture, temporaryFolder, trainableTemplates } from './netwright.ts';
import { sentenceOf } from './sentences.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('a project that cannot be trained', () => {
  const out = folder.path('never');
  const train = (project: string, ...more: string[]): Promise<string> =>
    sentenceOf(['train', project, '--out', out, ...more]);

  it('is named when it is an unknown template', async () => {
    expect(await train('nonsense')).toBe(
      `There is no template "nonsense"; expected one of ${trainableTemplates().join(', ')}, or a .netwright.json file.`,
    );
  });

  it('is named when the file is missing, a folder, or not JSON', async () => {
    expect(await train(folder.path('missing.netwright.json'))).toBe(
      `${folder.path('missing.netwright.json')}: expected a file, found nothing.`,
    );
    const inner = folder.path('a-folder');
    mkdirSync(inner);
    expect(await train(inner)).toBe(`${inner}: expected a file, found a folder.`);
    const cut = folder.path('cut.netwright.json');
    writeFileSync(cut, readFileSync(fixture('small-circle'), 'utf8').slice(0, 200));
    expect(await train(cut)).toMatch(/cut\.netwright\.json:\d+:\d+: expected JSON, found the end/);
    const binary = folder.path('binary.netwright.json');
    writeFileSync(binary, Uint8Array.of(0xff, 0xfe, 0x00));
    expect(await train(binary)).toBe(`${binary}: expected text in UTF-8, found other bytes.`);
    const other = folder.path('other.json');
    writeFileSync(other, '{"name":"not ours"}');
    expect(await train(other)).toContain(
      'expected a Netwright document with "format": "netwright", found nothing',
    );
  });

  const documents: readonly [string, string, RegExp][] = [
    [
      'an unknown layer',
      'unknown-layer',
      /node "relu": There is no layer "quantum"; expected one of: data, linear/,
    ],
    [
      'a field out of range',
      'field-out-of-range',
      /node "hidden", field "outFeatures": .* from 1 to 65536, found 0/,
    ],
    ['a wire to a missing port', 'missing-port', /wire "w2".*has no input "left"; its inputs: x/],
    ['a cycle', 'cycle', /feed back into themselves: "hidden", "relu"/],
    ['two producers on one input', 'two-producers', /Two wires end at input "x" of "out"; expected one/],
    ['no data', 'no-data', /There is no Data node/],
    ['no loss', 'no-loss', /There is no loss/],
    [
      'shapes that do not meet',
      'shapes-that-do-not-meet',
      /node "loss", port "prediction": There are 5 logits per sample but 2 classes/,
    ],
    ['a newer version', 'newer-version', /expected version 4 or older, found 99/],
    ['a value of the wrong kind', 'wrong-kind', /training\.batchSize: expected a number, found "many"/],
  ];
  for (const [what, name, sentence] of documents) {
    it(`is named with file and place when it has ${what}`, async () => {
      const said = await train(fixture(name));
      expect(said.startsWith(`${fixture(name)}: `)).toBe(true);
      expect(said).toMatch(sentence);
    });
  }
});

describe('a setting that cannot be made', () => {
  const settings: readonly [string, RegExp][] = [
    [
      'batchSize=64',
      /--set batchSize: expected one of name, training\.optimizer\.type.*training\.batchSize.*, found "batchSize"/,
    ],
    ['training.batchsize=64', /--set training\.batchsize: expected one of/],
    ['training.batchSize', /--set training\.batchSize: expected path=value, found "training\.batchSize"/],
    ['training.batchSize=0', /^--set training\.batchSize: expected a value ≥ 1, found 0/],
    ['training.batchSize=1.5', /--set training\.batchSize: .*expected a whole number, found 1\.5/],
    ['training.learningRate=fast', /--set training\.learningRate: .*expected a number, found "fast"/],
    ['training.learningRate=-1', /--set training\.learningRate: .*expected a value > 0, found -1/],
    [
      'training.optimizer.type=magic',
      /--set training\.optimizer\.type: expected one of sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw, found "magic"/,
    ],
    [
      'training.optimizer.params.beta1=0.5',
      /--set training\.optimizer\.params\.beta1: expected another path: .*has no fields/,
    ],
    [
      'training.schedule.type=often',
      /--set training\.schedule\.type: expected one of constant, step, .*found "often"/,
    ],
    ['training.clipping.by=force', /--set training\.clipping\.by: .*one of none, norm, value, found "force"/],
    ['training.clipping=norm', /--set training\.clipping: expected one of .*training\.clipping\.…/],
    ['training.clipping.at=1', /--set training\.clipping\.at: expected one of training\.clipping\.by/],
    ['training.warmupSteps=-1', /--set training\.warmupSteps: expected a value ≥ 0, found -1/],
    ['training.regularisation.l2=-1', /--set training\.regularisation\.l2: .*\[0, 1000\], found -1/],
    ['training.optimizer=adam', /--set training\.optimizer: expected one of .*training\.optimizer\.type/],
    ['training.__proto__=1', /--set training\.__proto__: expected one of/],
    ['training.optimizer.params.constructor=1', /--set training\.optimizer\.params\.constructor: expected/],
    [
      'nodes.nobody.outFeatures=2',
      /--set nodes\.nobody\.outFeatures: expected .* data, hidden, relu, out, loss, found "nobody"/,
    ],
    ['nodes.hidden=2', /--set nodes\.hidden: expected nodes\.<node>\.<field> .*, found "nodes\.hidden"/],
    [
      'nodes.hidden.width=2',
      /--set nodes\.hidden\.width: expected one of nodes\.hidden\.outFeatures, nodes\.hidden\.bias/,
    ],
    ['nodes.hidden.outFeatures=0', /--set nodes\.hidden\.outFeatures: .*from 1 to 65536, found 0/],
    ['nodes.hidden.bias=maybe', /--set nodes\.hidden\.bias: .*true or false, found "maybe"/],
    ['nodes.data.source=moon', /--set nodes\.data\.source: .*must be one of line, circle.*found "moon"/],
  ];
  it.each(settings)('is named with path, expected and found: %s', async (setting, sentence) => {
    expect(
      await sentenceOf(['train', fixture('small-circle'), '--out', folder.path('never'), '--set', setting]),
    ).toMatch(sentence);
  });
});

describe('a network that does not fit', () => {
  it('is refused before anything is taken or written, with its size and what there is', async () => {
    const out = folder.path('too-large');
    const wide = ['fc1', 'fc2'].flatMap((node) => ['--set', `nodes.${node}.outFeatures=65536`]);
    expect(await sentenceOf(['train', 'circle', ...wide, '--out', out])).toMatch(
      /^circle: This network needs [\d.]+ GiB of memory at batch size \d+, and WebAssembly can address 4\.0 GiB; even batch size 1 needs [\d.]+ GiB\.$/,
    );
    expect(existsSync(out)).toBe(false);
  });
});
