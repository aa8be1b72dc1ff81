import { create } from 'zustand';
import { showPage } from '../workspace/state.ts';
import { layerTopic, topicGroups } from './topics.ts';

interface LearnState {
  /** The help page that is open, by its topic. */
  readonly topic: string;
  readonly query: string;
}

export const useLearn = create<LearnState>(() => ({ topic: topicGroups[0]?.topics[0]?.id ?? '', query: '' }));

export const showTopic = (topic: string): void => useLearn.setState({ topic });
export const searchTopics = (query: string): void => useLearn.setState({ query });

/** Goes to the help page of a layer. */
export function learnAbout(type: string): void {
  useLearn.setState({ topic: layerTopic(type), query: '' });
  showPage('learn');
}
