import { TriangleAlert } from 'lucide-react';
import { memo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { catalogue } from '../../engine/document/catalogue.ts';
import { completeParams, fieldApplies } from '../../engine/document/check-params.ts';
import type { AnyLayer } from '../../engine/layers/contract.ts';
import { formatCount } from '../design/number.ts';
import { Tooltip } from '../design/Tooltip.tsx';
import { renameNode } from '../document/commands.ts';
import { type DocumentState, useDocumentStore, useNode } from '../document/store.ts';
import { useLanguage, useT, useText } from '../i18n/i18n.ts';
import { FieldInput } from '../inspector/FieldInput.tsx';
import { NodeStrip } from '../training/NodeStrip.tsx';
import { categoryColor, LayerIcon } from './LayerIcon.tsx';
import css from './NodeCard.module.css';
import { NodePorts } from './NodePorts.tsx';

interface NodeFacts {
  readonly face: string;
  readonly parameterCount: number;
}

function factsOf(state: DocumentState, id: string, definition: AnyLayer | undefined): NodeFacts {
  const node = state.analysis.topology.nodes.get(id);
  const analysis = state.analysis.nodes.get(id);
  if (node === undefined || definition === undefined) return { face: '', parameterCount: 0 };
  return {
    face: definition.face(completeParams(definition.fields, node.params), analysis?.inputs ?? {}),
    parameterCount: analysis?.parameterCount ?? 0,
  };
}

/** A layer on the canvas: what it is, its main parameter, what it is learning, what is wrong with it. */
export const NodeCard = memo(function NodeCard({ id }: { readonly id: string }) {
  const t = useT();
  const text = useText();
  const language = useLanguage();
  const node = useNode(id);
  const definition = node && catalogue.get(node.type);
  const { face, parameterCount } = useDocumentStore(useShallow((state) => factsOf(state, id, definition)));
  const selected = useDocumentStore((state) => state.selection.nodes.has(id));
  const problems = useDocumentStore(useShallow((state) => state.problemsOf.get(id) ?? []));
  if (node === undefined) return null;

  const category = definition?.category ?? 'shape';
  const params = definition === undefined ? node.params : completeParams(definition.fields, node.params);
  const main = Object.entries(definition?.fields ?? {}).find(([, field]) => fieldApplies(field, params));
  const worst = problems.some(({ severity }) => severity === 'error')
    ? 'error'
    : problems.length > 0
      ? 'warning'
      : undefined;

  return (
    <div
      className={css['card']}
      data-selected={selected || undefined}
      data-problem={worst}
      style={{ '--category': categoryColor(category) } as React.CSSProperties}
    >
      <header className={css['header']}>
        <span className={css['icon']}>
          <LayerIcon type={node.type} category={category} />
        </span>
        <NodeName id={id} name={node.name} />
        <span className={css['type']}>{definition === undefined ? node.type : text(definition.title)}</span>
        {worst === undefined ? null : (
          <Tooltip side="top" content={<ProblemLines lines={problems.map(({ message }) => text(message))} />}>
            <span
              className={css['alert']}
              data-severity={worst}
              role="img"
              aria-label={t('canvas.problems', { count: problems.length })}
            >
              <TriangleAlert size={13} aria-hidden />
            </span>
          </Tooltip>
        )}
      </header>
      <div className={css['body']}>
        {main === undefined || definition === undefined ? (
          <p className={css['face']}>{face}</p>
        ) : (
          <div className={css['main']}>
            <span className={css['fieldLabel']}>{text(main[1].label)}</span>
            <FieldInput node={node} name={main[0]} field={main[1]} inline />
          </div>
        )}
        <NodeStrip nodeId={id} />
      </div>
      <footer className={css['footer']}>
        <span className={css['faceLine']}>{main === undefined ? '' : face}</span>
        <span>
          {parameterCount === 0
            ? ''
            : t('canvas.parameters', { count: parameterCount, shown: formatCount(parameterCount, language) })}
        </span>
      </footer>
      {definition === undefined ? null : <NodePorts id={id} name={node.name} definition={definition} />}
    </div>
  );
});

const ProblemLines = ({ lines }: { readonly lines: readonly string[] }) => (
  <span className={css['problems']}>
    {lines.map((line) => (
      <span key={line}>{line}</span>
    ))}
  </span>
);

/** The name; a double click, or F2 on the node, makes it a field. */
function NodeName({ id, name }: { readonly id: string; readonly name: string }) {
  const t = useT();
  const [editing, setEditing] = useState(false);
  const given = useRef(true);
  if (!editing) {
    return (
      <span
        className={css['name']}
        data-node-name={id}
        title={name}
        onDoubleClick={(event) => {
          event.stopPropagation();
          given.current = true;
          setEditing(true);
        }}
      >
        {name}
      </span>
    );
  }
  return (
    <input
      className={`${css['nameInput']} nodrag`}
      aria-label={t('inspector.name')}
      defaultValue={name}
      ref={(input) => input?.select()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Escape') given.current = false;
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
      onBlur={(event) => {
        if (given.current) renameNode(id, event.currentTarget.value);
        setEditing(false);
      }}
    />
  );
}
