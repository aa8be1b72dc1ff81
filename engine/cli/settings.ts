import { type Field, type Fields, type ParamValue } from '../declaration/fields.ts';
import { NetwrightError, type Problem } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { declarationOf } from '../document/blocks.ts';
import { checkValue } from '../document/check-params.ts';
import { readDocumentValue } from '../document/read.ts';
import { validationShareOf } from '../document/run-length.ts';
import type { DocumentNode, NetwrightDocument } from '../document/schema.ts';
import {
  type SettingChoice,
  type SettingGroup,
  settingChoices,
  settingGroups,
  withChoice,
} from '../document/training-settings.ts';

/**
 * `--set path=value`: changes one value of a document before it runs.
 *
 *   name                              training.batchSize            (any value of the training settings)
 *   training.optimizer.type           training.optimizer.params.…   (a new type starts from its own defaults; the learning
 *                                     rate and weight decay of the old one, where they were its own, follow)
 *   training.schedule.type            training.schedule.params.…
 *   training.initializer.type         training.initializer.params.…
 *   training.regularisation.…         training.clipping.…           training.earlyStopping.…
 *   nodes.<node name or id>.<field>   nodes.<node name or id>.frozen
 */
interface Setting {
  readonly path: string;
  readonly keys: readonly string[];
  readonly value: string;
}

const isChoice = (name: string | undefined): name is SettingChoice =>
  name !== undefined && Object.hasOwn(settingChoices, name);
const isGroup = (name: string | undefined): name is SettingGroup =>
  name !== undefined && Object.hasOwn(settingGroups, name);

/** The document with every setting made, in order, except that types come before their parameters. Throws a NetwrightError. */
export function applySettings(document: NetwrightDocument, settings: readonly string[]): NetwrightDocument {
  const parsed = settings.map(parseSetting);
  const isType = ({ keys }: Setting): boolean => keys.length === 3 && keys[2] === 'type';
  const ordered = [...parsed.filter(isType), ...parsed.filter((setting) => !isType(setting))];
  return ordered.reduce(applySetting, document);
}

function parseSetting(setting: string): Setting {
  const equals = setting.indexOf('=');
  if (equals < 1) {
    throw refused(setting, 'path=value', 'path=value', `"${setting}"`);
  }
  const path = setting.slice(0, equals).trim();
  return { path, keys: path.split('.'), value: setting.slice(equals + 1) };
}

function applySetting(document: NetwrightDocument, setting: Setting): NetwrightDocument {
  const [first, second, third] = setting.keys;
  if (first === 'nodes') return setNodeField(document, setting);
  if (first === 'training' && third !== undefined) {
    if (isChoice(second)) return setChoice(document, second, setting);
    if (isGroup(second)) return setInGroup(document, second, setting);
  }
  return setPlain(document, setting);
}

function setPlain(document: NetwrightDocument, setting: Setting): NetwrightDocument {
  const { training } = document;
  const settable = [
    'name',
    ...Object.entries({ ...training, validationShare: validationShareOf(training) }).flatMap(
      ([key, value]) =>
        isChoice(key)
          ? [`training.${key}.type`, `training.${key}.params.…`]
          : [typeof value === 'object' ? `training.${key}.…` : `training.${key}`],
    ),
    'nodes.….…',
  ];
  const known = settable.includes(setting.path) && setting.keys.length <= 2;
  if (!known) throw refused(setting.path, `one of ${settable.join(', ')}`, `${settable.join('、')} 之一`);
  const key = setting.keys[1];
  const changed =
    key === undefined
      ? { ...document, name: setting.value }
      : { ...document, training: { ...training, [key]: numberOrText(setting.value) } };
  try {
    return readDocumentValue(changed, document.name);
  } catch (error) {
    const [problem] = error instanceof NetwrightError ? error.problems : [];
    throw problem === undefined ? error : wrongValue(setting, problem);
  }
}

const wrongValue = (
  { path }: Setting,
  { code, message }: Pick<Problem, 'code' | 'message'>,
): NetwrightError =>
  new NetwrightError(code, text(`--set ${path}: ${message.en}`, `--set ${path}：${message.zh}`));

function setChoice(document: NetwrightDocument, name: SettingChoice, setting: Setting): NetwrightDocument {
  const place = `training.${name}`;
  const { training } = document;
  const known = settingChoices[name];
  if (setting.path === `${place}.type`) {
    const changed = withChoice(training, name, setting.value);
    if (changed !== undefined) return { ...document, training: changed };
    const list = known.map((candidate) => candidate.type).join(', ');
    throw refused(setting.path, `one of ${list}`, `${list} 之一`, `"${setting.value}"`);
  }
  const { type, params } = training[name];
  const fields = known.find((candidate) => candidate.type === type)?.fields ?? {};
  const field = setting.keys[2] === 'params' && setting.keys.length === 4 ? setting.keys[3] : undefined;
  const value = fieldValue(setting, fields, field, `${place}.params.`);
  const changed = { type, params: { ...params, [field as string]: value } };
  return { ...document, training: { ...training, [name]: changed } };
}

function setInGroup(document: NetwrightDocument, name: SettingGroup, setting: Setting): NetwrightDocument {
  const { training } = document;
  const field = setting.keys.length === 3 ? setting.keys[2] : undefined;
  const value = fieldValue(setting, settingGroups[name], field, `training.${name}.`);
  const changed = { ...training[name], [field as string]: value };
  return { ...document, training: { ...training, [name]: changed } };
}

function setNodeField(document: NetwrightDocument, setting: Setting): NetwrightDocument {
  // A node's name may hold dots; a field's cannot.
  const wanted = setting.keys.slice(1, -1).join('.');
  const node =
    document.nodes.find((candidate) => candidate.name === wanted) ??
    document.nodes.find((candidate) => candidate.id === wanted);
  if (node === undefined) {
    const list = document.nodes.map((candidate) => candidate.name).join(', ');
    throw refused(
      setting.path,
      `nodes.<node>.<field> with one of the nodes ${list}`,
      `nodes.<节点>.<字段>，节点为 ${list} 之一`,
      `"${wanted || setting.path}"`,
    );
  }
  const changed = withField(document, node, setting, `nodes.${wanted}.`);
  return { ...document, nodes: document.nodes.map((other) => (other === node ? changed : other)) };
}

function withField(
  { blocks }: NetwrightDocument,
  node: DocumentNode,
  setting: Setting,
  prefix: string,
): DocumentNode {
  const field = setting.keys.at(-1) as string;
  if (field === 'frozen') {
    const { frozen: _, ...free } = node;
    if (setting.value === 'true') return { ...free, frozen: true };
    if (setting.value === 'false') return free;
    throw refused(setting.path, 'true or false', 'true 或 false', `"${setting.value}"`);
  }
  const fields = declarationOf(blocks, node.type)?.fields ?? {};
  const value = fieldValue(setting, fields, field, prefix);
  return { ...node, params: { ...node.params, [field]: value } };
}

function fieldValue(setting: Setting, fields: Fields, name: string | undefined, prefix: string): ParamValue {
  const field = name !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) {
    const list = Object.keys(fields).map((known) => `${prefix}${known}`);
    if (list.length === 0) {
      throw refused(setting.path, `another path: ${prefix}… has no fields`, `其他路径：${prefix}… 没有字段`);
    }
    throw refused(setting.path, `one of ${list.join(', ')}`, `${list.join('、')} 之一`);
  }
  const value = parseValue(field, setting.value);
  const problem = checkValue(field, value);
  if (problem === undefined) return value;
  throw wrongValue(setting, problem);
}

function parseValue(field: Field, value: string): ParamValue {
  if (field.kind === 'choice' || field.kind === 'text') return value;
  if (field.kind === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  return numberOrText(value);
}

/** What is no number stays text: the check that follows says what was expected. */
function numberOrText(value: string): number | string {
  const number = Number(value);
  return value.trim() !== '' && Number.isFinite(number) ? number : value;
}

function refused(path: string, expectedEn: string, expectedZh: string, found = `"${path}"`): NetwrightError {
  return new NetwrightError(
    'setting-unknown',
    text(
      `--set ${path}: expected ${expectedEn}, found ${found}.`,
      `--set ${path}：应为${expectedZh}，实际为 ${found}。`,
    ),
  );
}
