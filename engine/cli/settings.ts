import { defaultParams, type Field, type Fields, type ParamValue } from '../declaration/fields.ts';
import { NetwrightError, type Problem } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import { catalogue } from '../document/catalogue.ts';
import { checkValue } from '../document/check-params.ts';
import { readDocumentValue } from '../document/read.ts';
import type { DocumentNode, NetwrightDocument } from '../document/schema.ts';
import { initializers } from '../initializers/index.ts';
import { optimizers } from '../optimizers/index.ts';

/**
 * `--set path=value`: changes one value of a document before it runs.
 *
 *   name                              training.batchSize            (any value of the training settings)
 *   training.optimizer.type           training.optimizer.params.…   (a new type starts from its own defaults)
 *   training.initializer.type         training.initializer.params.…
 *   nodes.<node name or id>.<field>
 */
interface Setting {
  readonly path: string;
  readonly keys: readonly string[];
  readonly value: string;
}

const choices = { optimizer: Object.values(optimizers), initializer: Object.values(initializers) } as const;
type ChoiceName = keyof typeof choices;

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
  if (first === 'training' && (second === 'optimizer' || second === 'initializer') && third !== undefined) {
    return setChoice(document, second, setting);
  }
  return setPlain(document, setting);
}

function setPlain(document: NetwrightDocument, setting: Setting): NetwrightDocument {
  const { training } = document;
  const settable = [
    'name',
    ...Object.entries(training).flatMap(([key, value]) =>
      typeof value === 'object' ? [`training.${key}.type`, `training.${key}.params.…`] : [`training.${key}`],
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

function setChoice(document: NetwrightDocument, name: ChoiceName, setting: Setting): NetwrightDocument {
  const place = `training.${name}`;
  const chosen = document.training[name];
  const change = (choice: typeof chosen): NetwrightDocument => ({
    ...document,
    training: { ...document.training, [name]: choice },
  });
  if (setting.path === `${place}.type`) {
    const definition = choices[name].find((candidate) => candidate.type === setting.value);
    if (definition === undefined) {
      const list = choices[name].map((candidate) => candidate.type).join(', ');
      throw refused(setting.path, `one of ${list}`, `${list} 之一`, `"${setting.value}"`);
    }
    return change({ type: definition.type, params: defaultParams(definition.fields) });
  }
  const fields = choices[name].find((candidate) => candidate.type === chosen.type)?.fields ?? {};
  const field = setting.keys[2] === 'params' && setting.keys.length === 4 ? setting.keys[3] : undefined;
  const value = fieldValue(setting, fields, field, `${place}.params.`);
  return change({ type: chosen.type, params: { ...chosen.params, [field as string]: value } });
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
  const fields = catalogue.get(node.type)?.fields ?? {};
  const field = setting.keys.at(-1) as string;
  const value = fieldValue(setting, fields, field, `nodes.${wanted}.`);
  const changed: DocumentNode = { ...node, params: { ...node.params, [field]: value } };
  return { ...document, nodes: document.nodes.map((other) => (other === node ? changed : other)) };
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
  if (field.kind === 'choice') return value;
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
