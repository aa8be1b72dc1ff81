import { ExternalLink } from 'lucide-react';
import type { Documentation, LayerDocumentation } from '../../engine/declaration/reference.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { Formula } from './Formula.tsx';
import css from './Help.module.css';

/** What a definition computes, in a sentence and in mathematics, when to use it, and where it comes from. */
export function Help({ doc }: { readonly doc: Documentation | LayerDocumentation }) {
  const t = useT();
  const text = useText();
  return (
    <div className={css['help']}>
      <p>{text(doc.summary)}</p>
      <Formula tex={doc.formula} />
      {'when' in doc ? (
        <p>
          <strong className={css['label']}>{t('learn.when')}</strong> {text(doc.when)}
        </p>
      ) : null}
      {doc.references.length === 0 ? null : (
        <ul className={css['references']} aria-label={t('inspector.references')}>
          {doc.references.map(({ title, authors, year, url }) => (
            <li key={title}>
              {authors} ({year}).{' '}
              {url === undefined ? (
                <cite>{title}</cite>
              ) : (
                <a href={url} target="_blank" rel="noreferrer">
                  <cite>{title}</cite> <ExternalLink size={10} aria-label={t('inspector.newWindow')} />
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
