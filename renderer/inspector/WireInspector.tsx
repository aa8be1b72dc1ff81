import { CircleAlert } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import type { Wire } from '../../engine/document/schema.ts';
import { portLabel, wireFacts } from '../canvas/labels.ts';
import { Button } from '../design/Button.tsx';
import { disconnect } from '../document/commands.ts';
import { selectNodes, useDocumentStore } from '../document/store.ts';
import { FixButtons } from '../fixes/FixButtons.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import css from './Inspector.module.css';

/** One wire: where it goes from and to, and the shape of what travels along it. */
export function WireInspector({ id }: { readonly id: string }) {
  const t = useT();
  const text = useText();
  const wire = useDocumentStore((state) => state.document.wires.find((candidate) => candidate.id === id));
  const nodes = useDocumentStore((state) => state.analysis.topology.nodes);
  const blocks = useDocumentStore((state) => state.document.blocks);
  const facts = useDocumentStore(
    useShallow((state) => (wire === undefined ? undefined : wireFacts(state, wire))),
  );
  const problemsOf = useDocumentStore((state) => state.problemsOf);
  const refused =
    facts?.clash === undefined
      ? []
      : (problemsOf.get(wire?.to.node ?? '') ?? []).filter(
          ({ severity, code }) => severity === 'error' && code !== 'missing-wire',
        );
  if (wire === undefined || facts === undefined) return null;
  const end = ({ node, port }: Wire['from'], side: 'inputs' | 'outputs'): string =>
    `${nodes.get(node)?.name ?? node} · ${text(portLabel(blocks, nodes.get(node)?.type, side, port))}`;
  return (
    <div className={css['section']} style={{ borderTop: 0 }}>
      <h2 className={css['title']}>{t('inspector.wire')}</h2>
      <dl className={css['facts']}>
        <dt>{t('inspector.from')}</dt>
        <dd>{end(wire.from, 'outputs')}</dd>
        <dt>{t('inspector.to')}</dt>
        <dd>{end(wire.to, 'inputs')}</dd>
        <dt>{t('inspector.shape')}</dt>
        <dd>{facts.shape ?? t('canvas.unknownShape')}</dd>
        <dt>{t('inspector.carries')}</dt>
        <dd>{t(facts.labels ? 'inspector.wholeNumbers' : 'inspector.numbers')}</dd>
      </dl>
      {refused.map((problem) => (
        <div key={problem.message.en} className={`${css['problem']} ${css['onWire']}`} data-severity="error">
          <CircleAlert size={14} aria-hidden />
          <div className={css['remedy']}>
            {text(problem.message)}
            <FixButtons problem={problem} />
          </div>
        </div>
      ))}
      <div className={css['buttons']}>
        <Button onClick={() => selectNodes([wire.from.node])}>{t('inspector.goFrom')}</Button>
        <Button onClick={() => selectNodes([wire.to.node])}>{t('inspector.goTo')}</Button>
        <Button variant="danger" onClick={() => disconnect(wire.id)}>
          {t('menu.delete')}
        </Button>
      </div>
    </div>
  );
}
