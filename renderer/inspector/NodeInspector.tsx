import { CircleAlert, Trash2, TriangleAlert, Ungroup } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import type { Problem } from '../../engine/declaration/problem.ts';
import { shapeText } from '../../engine/declaration/tensor-type.ts';
import { isBlockType, isPortType, portsOf } from '../../engine/document/blocks.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import type { NodeDeclaration } from '../../engine/layers/contract.ts';
import { categoryColor, LayerIcon } from '../canvas/LayerIcon.tsx';
import { formatWhole } from '../charts/figures.ts';
import { DataSection } from '../data/DataSection.tsx';
import { Button, IconButton } from '../design/Button.tsx';
import { openableNode, openSelected, removeSelection, renameNode } from '../document/commands.ts';
import { useDocumentStore, useNode, useNodeAnalysis } from '../document/store.ts';
import { useDeclaration } from '../document/use-declaration.ts';
import { FixButtons } from '../fixes/FixButtons.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import { learnAbout } from '../learn/learn-store.ts';
import { BlockSection } from './BlockSection.tsx';
import { ColorRow } from './ColorRow.tsx';
import { Connections } from './Connections.tsx';
import { FieldList } from './FieldList.tsx';
import { FrozenElsewhere, FrozenRow } from './FrozenRow.tsx';
import { Help } from './Help.tsx';
import css from './Inspector.module.css';
import { SharedWeights } from './SharedWeights.tsx';

/** One layer: its name, what is wrong with it, its parameters, its wires, what it costs, and what it is. */
export function NodeInspector({ id }: { readonly id: string }) {
  const t = useT();
  const text = useText();
  const node = useNode(id);
  const problems = useDocumentStore(useShallow((state) => state.problemsOf.get(id) ?? []));
  const canOpen = useDocumentStore((state) => openableNode(state) === id);
  const definition = useDeclaration(node);
  if (node === undefined || definition === undefined) return null;
  const { category } = definition;
  const layer = catalogue.get(node.type);
  const isKnown = layer !== undefined || category === 'block';
  return (
    <>
      <header
        className={css['header']}
        style={{ '--category': categoryColor(category) } as React.CSSProperties}
      >
        <span className={css['badge']}>
          <LayerIcon type={node.type} category={category} size={18} />
        </span>
        <div className={css['identity']}>
          <NameInput node={node} />
          <p className={css['kind']}>
            {isKnown ? kindOf(text(definition.title), t(`category.${category}`)) : node.type}
          </p>
        </div>
        {canOpen ? (
          <IconButton label={t('menu.openParts')} keys="O" onClick={openSelected}>
            <Ungroup size={15} aria-hidden />
          </IconButton>
        ) : null}
        <IconButton label={t('menu.delete')} keys="Delete" onClick={() => removeSelection()}>
          <Trash2 size={15} aria-hidden />
        </IconButton>
      </header>
      <Problems problems={problems} />
      {isKnown ? null : (
        <section className={css['section']}>
          <p className={css['text']}>{t('blocks.unknown')}</p>
        </section>
      )}
      {node.type === 'data' ? <DataSection node={node} problems={problems} /> : null}
      {Object.keys(definition.fields).length === 0 ? null : (
        <section className={css['section']} aria-label={t('inspector.parameters')}>
          <FieldList node={node} fields={definition.fields} problems={problems} />
        </section>
      )}
      <section className={css['section']} aria-label={t('inspector.connections')}>
        <h3 className={css['title']}>{t('inspector.connections')}</h3>
        <Connections node={node} definition={definition} />
      </section>
      {isBlockType(node.type) ? <BlockSection node={node} /> : null}
      <SharedWeights node={node} />
      <FrozenRow />
      <FrozenElsewhere node={node} />
      {isPortType(node.type) ? null : <Costs node={node} definition={definition} />}
      {layer === undefined ? null : (
        <section className={css['section']} aria-label={t('inspector.about')}>
          <Help doc={layer.doc} />
          <Button variant="ghost" onClick={() => learnAbout(layer.type)}>
            {t('inspector.learnMore')}
          </Button>
        </section>
      )}
      <section className={css['section']}>
        <ColorRow />
      </section>
    </>
  );
}

/** `ReLU · Activation`; one word where both are the same. */
const kindOf = (title: string, category: string): string =>
  title === category ? title : `${title} · ${category}`;

function NameInput({ node }: { readonly node: DocumentNode }) {
  const t = useT();
  return (
    <input
      key={node.name}
      className={css['nameInput']}
      aria-label={t('inspector.name')}
      defaultValue={node.name}
      spellCheck={false}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Escape') event.currentTarget.value = node.name;
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
      onBlur={(event) => {
        if (event.currentTarget.value.trim() === '') event.currentTarget.value = node.name;
        else renameNode(node.id, event.currentTarget.value);
      }}
    />
  );
}

function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  const text = useText();
  const general = problems.filter(({ place }) => place.field === undefined);
  if (problems.length === 0) return null;
  return (
    <ul className={css['problems']}>
      {general.map((problem) => (
        <li key={problem.message.en} className={css['problem']} data-severity={problem.severity}>
          {problem.severity === 'error' ? (
            <CircleAlert size={14} aria-hidden />
          ) : (
            <TriangleAlert size={14} aria-hidden />
          )}
          <div className={css['remedy']}>
            {text(problem.message)}
            <FixButtons problem={problem} />
          </div>
        </li>
      ))}
      {problems
        // Its sentence stands at the field.
        .filter(({ place }) => place.field !== undefined)
        .map((problem) => (
          <li key={problem.message.en}>
            <FixButtons problem={problem} />
          </li>
        ))}
    </ul>
  );
}

function Costs({ node, definition }: { readonly node: DocumentNode; readonly definition: NodeDeclaration }) {
  const t = useT();
  const text = useText();
  const analysis = useNodeAnalysis(node.id);
  if (analysis === undefined) return null;
  const count = (value: number): string => formatWhole(value);
  return (
    <section className={css['section']} aria-label={t('inspector.size')}>
      <h3 className={css['title']}>{t('inspector.size')}</h3>
      <dl className={css['facts']}>
        {portsOf(definition, node.params).outputs.map((port) => {
          const type = analysis.outputs[port.name];
          return (
            <Fact key={port.name} label={t('inspector.output', { port: text(port.label) })}>
              {type === undefined
                ? t('canvas.unknownShape')
                : `[${['N', ...type.shape.slice(1)].join(', ')}]`}
            </Fact>
          );
        })}
        {analysis.weights.map(({ name, shape }) => (
          <Fact key={name} label={name}>
            {shapeText(shape)}
          </Fact>
        ))}
        <Fact label={t('inspector.parameterCount')}>{count(analysis.parameterCount)}</Fact>
        {analysis.frozenCount === 0 ? null : (
          <Fact label={t('inspector.frozenCount')}>{count(analysis.frozenCount)}</Fact>
        )}
        <Fact label={t('inspector.multiplyAdds')}>{count(analysis.multiplyAdds)}</Fact>
      </dl>
    </section>
  );
}

const Fact = ({ label, children }: { readonly label: string; readonly children: string }) => (
  <>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </>
);
