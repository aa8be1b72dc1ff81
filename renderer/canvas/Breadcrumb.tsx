import { ChevronRight } from 'lucide-react';
import { roundsOf } from '../../engine/document/blocks.ts';
import { instancesTo } from '../../engine/document/levels.ts';
import { showLevel, useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import css from './Breadcrumb.module.css';

/** The way from the whole network to the block whose inside is drawn; a click goes back. Nothing at the top. */
export function Breadcrumb() {
  const t = useT();
  const project = useDocumentStore((state) => state.project);
  const level = useDocumentStore((state) => state.level);
  if (level.length === 0) return null;
  const instances = instancesTo(project, level) ?? [];
  const here = instances.at(-1);
  const rounds = roundsOf(here?.node.params ?? {});
  return (
    <nav className={css['breadcrumb']} aria-label={t('blocks.where')}>
      <ol>
        <li>
          <button type="button" onClick={() => showLevel([], level[0])} title={project.name}>
            {project.name}
          </button>
        </li>
        {instances.map(({ node }, i) => (
          <li key={level.slice(0, i + 1).join('/')}>
            <ChevronRight size={13} aria-hidden />
            {i === instances.length - 1 ? (
              <span aria-current="location" title={node.name}>
                {node.name}
              </span>
            ) : (
              <button
                type="button"
                onClick={() => showLevel(level.slice(0, i + 1), level[i + 1])}
                title={node.name}
              >
                {node.name}
              </button>
            )}
          </li>
        ))}
      </ol>
      {rounds === 1 ? null : <small>{t('blocks.passage', { count: rounds })}</small>}
    </nav>
  );
}
