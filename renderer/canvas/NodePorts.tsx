import { memo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Port as PortDeclaration, Ports } from '../../engine/layers/contract.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { Port, useMeasuredPorts } from './flow-parts.tsx';
import { carriedBy, typeLabel } from './labels.ts';
import css from './NodePorts.module.css';
import { portTop } from './port-places.ts';

interface NodePortsProps {
  readonly id: string;
  readonly name: string;
  readonly ports: Ports;
}

/** Inputs at the left, outputs at the right: round for numbers, square for class labels, hollow for either. */
export const NodePorts = memo(function NodePorts({ id, name, ports }: NodePortsProps) {
  const t = useT();
  const text = useText();
  const { inputs, outputs } = ports;
  useMeasuredPorts(id, [...inputs, ...outputs].map((port) => port.name).join(' '));
  const shapes = useDocumentStore(
    useShallow((state) => {
      const analysis = state.analysis.nodes.get(id);
      return [
        ...inputs.map((port) => typeLabel(analysis?.inputs[port.name])),
        ...outputs.map((port) => typeLabel(analysis?.outputs[port.name])),
      ];
    }),
  );
  const carried = useDocumentStore(
    useShallow((state) => {
      const analysis = state.analysis.nodes.get(id);
      return [
        ...inputs.map((port) => carriedBy(port.carries, analysis?.inputs[port.name])),
        ...outputs.map((port) => carriedBy(port.carries, analysis?.outputs[port.name])),
      ];
    }),
  );
  const one = (port: PortDeclaration, side: 'input' | 'output', i: number) => {
    const shape = shapes[side === 'input' ? i : inputs.length + i] ?? t('canvas.unknownShape');
    const several = (side === 'input' ? inputs : outputs).length > 1;
    return (
      <Port
        key={`${side} ${port.name}`}
        name={port.name}
        side={side}
        top={portTop(i)}
        label={t(side === 'input' ? 'canvas.inputPort' : 'canvas.outputPort', {
          node: name,
          port: text(port.label),
          shape,
        })}
        className={`${css['port']} ${css[carried[side === 'input' ? i : inputs.length + i] ?? 'any']}`}
      >
        <span className={css['mark']} />
        <span className={css['hint']} data-side={side} data-several={several || undefined}>
          {text(port.label)}
        </span>
      </Port>
    );
  };
  return (
    <>
      {inputs.map((port, i) => one(port, 'input', i))}
      {outputs.map((port, i) => one(port, 'output', i))}
    </>
  );
});
