import type { Fields } from '../../engine/declaration/fields.ts';
import type { Documentation, LayerDocumentation } from '../../engine/declaration/reference.ts';
import type { Text } from '../../engine/declaration/text.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import { initializers } from '../../engine/initializers/index.ts';
import type { AnyLayer, Category } from '../../engine/layers/contract.ts';
import { optimizers } from '../../engine/optimizers/index.ts';
import { schedules } from '../../engine/schedules/index.ts';
import type { SentenceKey } from '../i18n/i18n.ts';
import { categoryOrder } from '../palette/entries.ts';

/** Something with a help page: a layer, a loss, or a choice of the training settings. */
export interface Topic {
  readonly id: string;
  readonly title: Text;
  readonly doc: Documentation | LayerDocumentation;
  readonly fields: Fields;
  /** What can stand on the canvas. */
  readonly layer?: AnyLayer;
}

export interface TopicGroup {
  readonly title: SentenceKey;
  readonly topics: readonly Topic[];
}

export const layerTopic = (type: string): string => `layer ${type}`;

const ofLayers = (category: Category): TopicGroup => ({
  title: `category.${category}`,
  topics: [...catalogue.values()]
    .filter((layer) => layer.category === category)
    .map((layer) => ({ ...layer, id: layerTopic(layer.type), layer })),
});

type Choice = Pick<Topic, 'title' | 'doc' | 'fields'> & { readonly type: string };

const ofChoices = (title: SentenceKey, choices: Readonly<Record<string, Choice>>): TopicGroup => ({
  title,
  topics: Object.values(choices).map((choice) => ({ ...choice, id: `${title} ${choice.type}` })),
});

/** Every help page, in the order of the page's list. */
export const topicGroups: readonly TopicGroup[] = [
  ...categoryOrder.map(ofLayers),
  ofChoices('learn.optimizers', optimizers),
  ofChoices('learn.schedules', schedules),
  ofChoices('learn.initializers', initializers),
];

const topics = new Map(topicGroups.flatMap((group) => group.topics.map((topic) => [topic.id, topic])));

export const topicOf = (id: string): Topic | undefined => topics.get(id);

/** Those whose title, type or text has what is looked for, in either language. */
export function findTopics(query: string): readonly TopicGroup[] {
  const wanted = query.trim().toLowerCase();
  const has = ({ id, title, doc }: Topic): boolean =>
    [id, title.en, title.zh, doc.summary.en, doc.summary.zh].some((words) =>
      words.toLowerCase().includes(wanted),
    );
  return topicGroups
    .map((group) => ({ ...group, topics: group.topics.filter(has) }))
    .filter((group) => group.topics.length > 0);
}
