import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useMemo } from 'react';
import type { Wire } from '../../engine/document/schema.ts';
import { CommandList } from '../design/CommandList.tsx';
import { connect } from '../document/commands.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { showOverlay } from '../workspace/state.ts';
import { portLabel } from './labels.ts';
import { possibleWires } from './possible-wires.ts';
import { focusNode } from './view.ts';

interface Choice {
  readonly from: Wire['from'];
  readonly to: Wire['to'];
  readonly text: string;
  readonly leaves: boolean;
  readonly taken: boolean;
}

/** Every wire that the selected node can have, to be drawn without a mouse. */
export function ConnectList({ open }: { readonly open: boolean }) {
  const t = useT();
  const speak = useText();
  const document = useDocumentStore((state) => state.document);
  const analysis = useDocumentStore((state) => state.analysis);
  const selected = useDocumentStore((state) =>
    state.selection.nodes.size === 1 ? [...state.selection.nodes][0] : undefined,
  );
  const { nodes } = analysis.topology;
  const name = (selected && nodes.get(selected)?.name) ?? '';

  const groups = useMemo(() => {
    if (!open || selected === undefined) return [];
    const endOf = ({ node, port }: Wire['from'], side: 'inputs' | 'outputs'): string =>
      `${nodes.get(node)?.name ?? node} ${speak(portLabel(document.blocks, nodes.get(node)?.type, side, port))}`;
    const choices = possibleWires(document, analysis, selected).map(
      ({ from, to, taken }): Choice => ({
        from,
        to,
        taken,
        leaves: from.node === selected,
        text: `${endOf(from, 'outputs')} → ${endOf(to, 'inputs')}`,
      }),
    );
    return [
      { value: t('canvas.connectTo'), items: choices.filter(({ leaves }) => leaves) },
      { value: t('canvas.connectFrom'), items: choices.filter(({ leaves }) => !leaves) },
    ].filter(({ items }) => items.length > 0);
  }, [open, selected, document, analysis, nodes, speak, t]);

  return (
    <CommandList<Choice>
      open={open}
      onClose={() => showOverlay(undefined)}
      title={t('canvas.connectTitle', { name })}
      placeholder={t('canvas.connectSearch')}
      empty={t('canvas.connectNothing', { name })}
      groups={groups}
      keyOf={({ text }) => text}
      rankOf={({ text }, query) => (text.toLowerCase().includes(query.trim().toLowerCase()) ? 0 : undefined)}
      choose={({ from, to }) => {
        connect(from, to);
        if (selected !== undefined) requestAnimationFrame(() => focusNode(selected));
      }}
      show={({ text, leaves, taken }) => (
        <>
          {leaves ? <ArrowRight size={14} aria-hidden /> : <ArrowLeft size={14} aria-hidden />}
          <span>{text}</span>
          {taken ? <small style={{ color: 'var(--color-text-muted)' }}>{t('canvas.replaces')}</small> : null}
        </>
      )}
    />
  );
}
