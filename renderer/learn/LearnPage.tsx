import { useEffect, useRef } from 'react';
import { SearchField } from '../design/SearchField.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import { Article } from './Article.tsx';
import css from './LearnPage.module.css';
import { searchTopics, showTopic, useLearn } from './learn-store.ts';
import { findTopics, topicOf } from './topics.ts';

/** A page for everything a network is made of: what it computes, when to use it, what it looks like, who thought of it. */
export function LearnPage() {
  const t = useT();
  const text = useText();
  const { topic: id, query } = useLearn();
  const article = useRef<HTMLDivElement>(null);
  const groups = findTopics(query);
  const topic = topicOf(id);
  useEffect(() => {
    article.current?.scrollTo(0, 0);
    document.querySelector('[data-topics] [aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [id]);
  return (
    <div className={css['page']}>
      <nav className={css['topics']} aria-label={t('learn.topics')} data-topics>
        <SearchField
          label={t('learn.search')}
          value={query}
          onChange={searchTopics}
          onEnter={() => {
            const first = groups[0]?.topics[0];
            if (first !== undefined) showTopic(first.id);
          }}
        />
        <div className={css['list']}>
          {groups.length === 0 ? <p className={css['nothing']}>{t('learn.nothing', { query })}</p> : null}
          {groups.map((group) => (
            <section key={group.title} aria-label={t(group.title)}>
              <h2 className={css['group']}>{t(group.title)}</h2>
              <ul>
                {group.topics.map((entry) => (
                  <li key={entry.id}>
                    <button
                      type="button"
                      className={css['topic']}
                      aria-current={entry.id === id ? 'page' : undefined}
                      onClick={() => showTopic(entry.id)}
                    >
                      {text(entry.title)}
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      </nav>
      <div
        ref={article}
        className={css['article']}
        tabIndex={0}
        role="region"
        aria-label={t('learn.article')}
      >
        {topic === undefined ? null : <Article key={topic.id} topic={topic} />}
      </div>
    </div>
  );
}
