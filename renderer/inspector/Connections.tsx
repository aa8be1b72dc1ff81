import { X } from 'lucide-react';
import { useMemo } from 'react';
import { portsOf } from '../../engine/document/blocks.ts';
import type { DocumentNode, Wire } from '../../engine/document/schema.ts';
import type { NodeDeclaration } from '../../engine/layers/contract.ts';
import { portLabel, typeLabel } from '../canvas/labels.ts';
import { possibleWires } from '../canvas/possible-wires.ts';
import { IconButton } from '../design/Button.tsx';
import { Select } from '../design/Select.tsx';
import { connect, disconnect } from '../document/commands.ts';
import { selectNodes, useDocumentStore } from '../document/store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './Connections.module.css';

interface ConnectionsProps {
  readonly node: DocumentNode;
  readonly definition: NodeDeclaration;
}

/** Every port with its wires: follow one, remove it, or draw another without a mouse. */
export function Connections({ node, definition }: ConnectionsProps) {
  const t = useT();
  const text = useText();
  const document = useDocumentStore((state) => state.document);
  const whole = useDocumentStore((state) => state.analysis);
  const analysis = whole.nodes.get(node.id);
  const { nodes } = whole.topology;
  const possible = useMemo(() => possibleWires(document, whole, node.id), [document, whole, node.id]);
  const nameOf = ({ node: id, port }: Wire['from'], end: 'inputs' | 'outputs'): string =>
    `${nodes.get(id)?.name ?? id} · ${text(portLabel(document.blocks, nodes.get(id)?.type, end, port))}`;

  const { inputs, outputs } = portsOf(definition, node.params);
  const rows = [
    ...inputs.map((port) => ({ port, side: 'input' as const })),
    ...outputs.map((port) => ({ port, side: 'output' as const })),
  ];
  return (
    <ul className={css['ports']}>
      {rows.map(({ port, side }) => {
        const isHere = (end: Wire['from']): boolean => end.node === node.id && end.port === port.name;
        const own = side === 'input' ? 'to' : 'from';
        const other = side === 'input' ? 'from' : 'to';
        const otherEnd = side === 'input' ? 'outputs' : 'inputs';
        const wires = document.wires.filter((wire) => isHere(wire[own]));
        const choices = possible.filter((wire) => isHere(wire[own]));
        const type = (side === 'input' ? analysis?.inputs : analysis?.outputs)?.[port.name];
        return (
          <li key={`${side} ${port.name}`} className={css['port']}>
            <p className={css['name']}>
              <span>
                {t(side === 'input' ? 'inspector.input' : 'inspector.output', { port: text(port.label) })}
              </span>
              <span className={css['shape']}>{typeLabel(type) ?? t('canvas.unknownShape')}</span>
            </p>
            {wires.map((wire) => (
              <div key={wire.id} className={css['wire']}>
                <button
                  type="button"
                  className={css['other']}
                  onClick={() => selectNodes([wire[other].node])}
                >
                  {side === 'input' ? '← ' : '→ '}
                  {nameOf(wire[other], otherEnd)}
                </button>
                <IconButton
                  label={t('inspector.disconnect', { end: nameOf(wire[other], otherEnd) })}
                  onClick={() => disconnect(wire.id)}
                >
                  <X size={13} aria-hidden />
                </IconButton>
              </div>
            ))}
            {choices.length === 0 || (side === 'input' && wires.length > 0) ? null : (
              <Select
                label={t(side === 'input' ? 'inspector.connectInput' : 'inspector.connectOutput', {
                  node: node.name,
                  port: text(port.label),
                })}
                value={null}
                placeholder={t('inspector.connect')}
                options={choices.map((wire) => ({
                  value: `${wire[other].node} ${wire[other].port}`,
                  label: nameOf(wire[other], otherEnd),
                  ...(wire.taken && { detail: t('canvas.replaces') }),
                }))}
                onChange={(value) => {
                  const wire = choices.find(
                    (choice) => `${choice[other].node} ${choice[other].port}` === value,
                  );
                  if (wire !== undefined) connect(wire.from, wire.to);
                }}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}
