import { Snowflake, TriangleAlert } from 'lucide-react';
import { memo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { type Field, type Params, paramText } from '../../engine/declaration/fields.ts';
import type { Language } from '../../engine/declaration/text.ts';
import { isBlockType, isPortType, portsOf, roundsOf } from '../../engine/document/blocks.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import { completeParams, fieldApplies } from '../../engine/document/check-params.ts';
import { repeatField } from '../../engine/document/schema.ts';
import type { NodeDeclaration } from '../../engine/layers/contract.ts';
import { formatWhole } from '../charts/figures.ts';
import { DataPicture } from '../data-picture/DataPicture.tsx';
import { Tooltip } from '../design/Tooltip.tsx';
import { enterBlock } from '../document/block-commands.ts';
import { renameNode } from '../document/commands.ts';
import { type FrozenPart, frozenPart } from '../document/frozen.ts';
import { type DocumentState, useDocumentStore, useNode } from '../document/store.ts';
import { useDeclaration } from '../document/use-declaration.ts';
import { useLanguage, useT, useText } from '../i18n/i18n.ts';
import { FieldInput } from '../inspector/FieldInput.tsx';
import { NodePreview } from '../preview/NodePreview.tsx';
import { NodeStrip } from '../training/NodeStrip.tsx';
import { categoryColor, LayerIcon } from './LayerIcon.tsx';
import css from './NodeCard.module.css';
import { NodePorts } from './NodePorts.tsx';
import { markOutside } from './outside.ts';
import { portsHeight } from './port-places.ts';
import { useDifference } from './use-difference.ts';

interface NodeFacts {
  readonly face: string;
  readonly parameterCount: number;
  readonly frozenCount: number;
  readonly frozen: FrozenPart;
}

function factsOf(
  state: DocumentState,
  id: string,
  definition: NodeDeclaration | undefined,
  language: Language,
): NodeFacts {
  const node = state.analysis.topology.nodes.get(id);
  const analysis = state.analysis.nodes.get(id);
  if (node === undefined || definition === undefined)
    return { face: '', parameterCount: 0, frozenCount: 0, frozen: undefined };
  const face = definition.face(completeParams(definition.fields, node.params), analysis?.inputs ?? {});
  return {
    face: typeof face === 'string' ? face : face[language],
    parameterCount: analysis?.parameterCount ?? 0,
    frozenCount: analysis?.frozenCount ?? 0,
    frozen: frozenPart(state, id),
  };
}

/** A layer on the canvas: what it is, its main parameter, what it is learning, what is wrong with it. */
export const NodeCard = memo(function NodeCard({ id }: { readonly id: string }) {
  const t = useT();
  const text = useText();
  const language = useLanguage();
  const node = useNode(id);
  const definition = useDeclaration(node);
  const { face, parameterCount, frozenCount, frozen } = useDocumentStore(
    useShallow((state) => factsOf(state, id, definition, language)),
  );
  const selected = useDocumentStore((state) => state.selection.nodes.has(id));
  const own = useDocumentStore(useShallow((state) => state.problemsOf.get(id) ?? []));
  const difference = useDifference(id);
  if (node === undefined || definition === undefined) return null;

  const problems = difference === undefined ? own : [...own, difference];
  const { category } = definition;
  const title = text(definition.title);
  // A block's nodes are mostly called what the block is.
  const kind = category === 'block' && node.name.replace(/\d+$/, '') === title ? '' : title;
  // What stands behind it in brackets is its name in the other language.
  const shortKind = kind.split('（')[0];
  const params = completeParams(definition.fields, node.params);
  const ports = portsOf(definition, node.params);
  const isBlock = isBlockType(node.type) && category === 'block';
  const rounds = isBlock ? roundsOf(node.params) : 1;
  const shown = mainFields(definition, params);
  const hasStrip = isBlock || catalogue.has(node.type) ? category !== 'data' && category !== 'loss' : false;
  // What stands in a field is not said again below it.
  const begun =
    shown.map(([name]) => `${paramText(params[name])} · `).find((start) => face.startsWith(start)) ?? '';
  const rest = face.slice(begun.length);
  const repeats = shown.some(([name]) => paramText(params[name]) === face) || category === 'data';
  const worst = problems.some(({ severity }) => severity === 'error')
    ? 'error'
    : problems.length > 0
      ? 'warning'
      : undefined;

  const style = {
    '--category': categoryColor(category),
    ...(node.color !== undefined && { '--mark': `var(--mark-${node.color})` }),
    minHeight: portsHeight(ports),
  } as React.CSSProperties;

  return (
    <div
      ref={markOutside}
      className={css['card']}
      data-selected={selected || undefined}
      data-problem={worst}
      data-block={isBlock || undefined}
      data-marked={node.color}
      data-small={isPortType(node.type) || undefined}
      style={style}
      onDoubleClick={(event) => {
        if (isBlock && event.target instanceof Element && event.target.closest('input, button') === null)
          enterBlock(id);
      }}
    >
      <header className={css['header']}>
        <span className={css['icon']}>
          <LayerIcon type={node.type} category={category} />
        </span>
        <NodeName id={id} name={node.name} />
        <span className={css['type']} title={kind}>
          {shortKind}
        </span>
        {rounds === 1 ? null : (
          <span className={css['rounds']} title={t('blocks.repeatHint', { count: rounds })}>
            {t('blocks.repeat', { count: rounds })}
          </span>
        )}
        {frozen === undefined ? null : <FrozenMark part={frozen} frozen={frozenCount} of={parameterCount} />}
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
        {category === 'loss' || (isBlock && hasSeveral(ports)) ? <PortNames ports={ports} /> : null}
        {shown.map(([name, field]) => (
          <div key={name} className={css['main']} data-kind={field.kind}>
            <span className={css['fieldLabel']}>{text(field.label)}</span>
            <FieldInput node={node} name={name} field={field} inline />
          </div>
        ))}
        {hasStrip || category === 'loss' ? (
          <NodePreview
            nodeId={id}
            isData={false}
            otherwise={hasStrip ? <NodeStrip nodeId={id} /> : undefined}
          />
        ) : null}
        {category === 'data' ? (
          <div className={css['picture']}>
            <NodePreview
              nodeId={id}
              isData
              otherwise={
                <DataPicture
                  source={paramText(params['source'])}
                  params={params}
                  label={t('canvas.dataPicture')}
                />
              }
            />
          </div>
        ) : null}
      </div>
      {parameterCount === 0 && (repeats || face === '') ? null : (
        <footer className={css['footer']}>
          <span className={css['face']}>{repeats ? '' : rest}</span>
          {parameterCount === 0 ? null : (
            <span>
              {t('canvas.parameters', {
                count: parameterCount,
                shown: formatWhole(parameterCount),
              })}
            </span>
          )}
        </footer>
      )}
      <NodePorts id={id} name={node.name} ports={ports} />
    </div>
  );
});

/** That training leaves its weights as they are: all of them, or of a block some. */
function FrozenMark(props: { readonly part: 'all' | 'some'; readonly frozen: number; readonly of: number }) {
  const { part, frozen, of } = props;
  const t = useT();
  const words =
    part === 'all'
      ? t('canvas.frozen')
      : t('canvas.frozenPart', { frozen: formatWhole(frozen), of: formatWhole(of) });
  return (
    <span className={css['frozen']} data-part={part} role="img" aria-label={words} title={words}>
      <Snowflake size={13} aria-hidden />
    </span>
  );
}

const hasSeveral = ({ inputs, outputs }: NodeDeclaration['ports']): boolean =>
  inputs.length > 1 || outputs.length > 1;

/** What the ports of a loss or a block are called: which is which matters, and there is room. */
function PortNames({ ports }: { readonly ports: NodeDeclaration['ports'] }) {
  const text = useText();
  return (
    <div className={css['portNames']} aria-hidden>
      <ul>
        {ports.inputs.map(({ name, label }) => (
          <li key={name}>{text(label)}</li>
        ))}
      </ul>
      <ul>
        {ports.outputs.map(({ name, label }) => (
          <li key={name}>{text(label)}</li>
        ))}
      </ul>
    </div>
  );
}

/**
 * What can be set on the node itself: the first choice, and numbers; of a block two, which is what it exposes. Of a loss
 * nothing: which port is which matters more.
 */
function mainFields({ fields, category }: NodeDeclaration, params: Params): [string, Field][] {
  if (category === 'loss') return [];
  return Object.entries(fields)
    .filter(([name, field]) => name !== repeatField && fieldApplies(field, params))
    .filter(([, { kind }], i) => kind === 'integer' || kind === 'number' || (kind === 'choice' && i === 0))
    .slice(0, category === 'data' || category === 'block' ? 2 : 1);
}

const ProblemLines = ({ lines }: { readonly lines: readonly string[] }) => (
  <span className={css['problems']}>
    {lines.map((line) => (
      <span key={line}>{line}</span>
    ))}
  </span>
);

/** Wider than a card that is zoomed out to its title shows in one line: Chinese characters count twice. */
const isLong = (name: string): boolean =>
  [...name].reduce((width, letter) => width + (letter > '\u2e80' ? 2 : 1), 0) > 10;

/** A word that is wider than that card by itself is cut, wherever the lines break; Chinese breaks anywhere. */
const hasLongWord = (name: string): boolean =>
  name.split(/[\s\-\u2e80-\uffff]/).some((word) => word.length > 10);

/** The name; a double click, or F2 on the node, makes it a field. */
function NodeName({ id, name }: { readonly id: string; readonly name: string }) {
  const t = useT();
  const [editing, setEditing] = useState(false);
  const given = useRef(true);
  if (!editing) {
    return (
      <span
        className={css['name']}
        data-long={hasLongWord(name) ? 'word' : isLong(name) || undefined}
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
