import { Plus } from 'lucide-react';
import type { Field } from '../../engine/declaration/fields.ts';
import { shapeLabel } from '../../engine/declaration/tensor-type.ts';
import { analyseDocument } from '../../engine/document/analyse.ts';
import { portsOf } from '../../engine/document/blocks.ts';
import type { AnyLayer } from '../../engine/layers/contract.ts';
import { categoryColor, LayerIcon } from '../canvas/LayerIcon.tsx';
import { Button } from '../design/Button.tsx';
import { formatNumber } from '../design/number.ts';
import { type Translate, useT, useText } from '../i18n/i18n.ts';
import { Help } from '../inspector/Help.tsx';
import { addAndFocus } from '../palette/Palette.tsx';
import { showPage } from '../workspace/state.ts';
import css from './Article.module.css';
import { ExamplePicture } from './ExamplePicture.tsx';
import { type Example, exampleOf } from './example.ts';
import type { Topic } from './topics.ts';

/** A help page. */
export function Article({ topic }: { readonly topic: Topic }) {
  const t = useT();
  const text = useText();
  const { layer, fields } = topic;
  const example = layer && exampleOf(layer);
  return (
    <article className={css['article']} aria-label={text(topic.title)}>
      <header className={css['header']}>
        {layer === undefined ? null : (
          <span className={css['icon']} style={{ color: categoryColor(layer.category) }}>
            <LayerIcon type={layer.type} category={layer.category} size={22} />
          </span>
        )}
        <h1 className={css['title']}>{text(topic.title)}</h1>
        {layer === undefined ? null : (
          <Button
            icon={<Plus size={14} aria-hidden />}
            onClick={() => {
              showPage('build');
              addAndFocus(layer.type);
            }}
          >
            {t('learn.add')}
          </Button>
        )}
      </header>
      <Help doc={topic.doc} />
      {example === undefined ? null : <ExamplePicture example={example} />}
      {layer === undefined || example === undefined ? null : <Ports layer={layer} example={example} />}
      {Object.keys(fields).length === 0 ? null : (
        <section>
          <h2 className={css['subtitle']}>{t('learn.fields')}</h2>
          <div className={css['scroll']}>
            <table className={css['table']}>
              <thead>
                <tr>
                  <th scope="col">{t('learn.field')}</th>
                  <th scope="col">{t('learn.values')}</th>
                  <th scope="col">{t('learn.usual')}</th>
                  <th scope="col">{t('learn.meaning')}</th>
                </tr>
              </thead>
              <tbody>
                {Object.entries(fields).map(([name, field]) => (
                  <tr key={name}>
                    <th scope="row">{text(field.label)}</th>
                    <td>{valuesOf(field, t, text)}</td>
                    <td>{usualOf(field, t, text)}</td>
                    <td>{text(field.help)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </article>
  );
}

/** The shapes and weights that the layer has in its example. */
function Ports({ layer, example }: { readonly layer: AnyLayer; readonly example: Example }) {
  const t = useT();
  const text = useText();
  const known = analyseDocument(example.document).nodes.get(example.layer);
  const ports = portsOf(layer, {});
  const rows = [
    ...ports.inputs.map(({ name, label }) => ({
      side: t('learn.input'),
      name: text(label),
      type: known?.inputs[name],
    })),
    ...ports.outputs.map(({ name, label }) => ({
      side: t('learn.output'),
      name: text(label),
      type: known?.outputs[name],
    })),
  ];
  return (
    <section>
      <h2 className={css['subtitle']}>{t('learn.shapes')}</h2>
      <div className={css['scroll']}>
        <table className={css['table']}>
          <tbody>
            {rows.map(({ side, name, type }) => (
              <tr key={`${side} ${name}`}>
                <td>{side}</td>
                <th scope="row">{name}</th>
                <td>{type === undefined ? t('learn.optional') : shapeLabel(type.shape)}</td>
              </tr>
            ))}
            {(known?.weights ?? []).map(({ name, shape }) => (
              <tr key={`weight ${name}`}>
                <td>{t('learn.weight')}</td>
                <th scope="row">{name}</th>
                <td>{shape.join('×')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

type Texts = ReturnType<typeof useText>;

function valuesOf(field: Field, t: Translate, text: Texts): string {
  switch (field.kind) {
    case 'integer':
      return `${formatNumber(field.min)} – ${formatNumber(field.max)}`;
    case 'number': {
      const [low, high] = [formatNumber(field.min), formatNumber(field.max)];
      return `${field.exclusiveMin ? '> ' : ''}${low} – ${field.exclusiveMax ? '< ' : ''}${high}`;
    }
    case 'choice':
      return field.options.map(({ label }) => text(label)).join(', ');
    case 'boolean':
      return `${t('learn.on')}, ${t('learn.off')}`;
    case 'text':
      return field.words?.join('; ') ?? t('learn.text');
    case 'files':
      return t('learn.files');
  }
}

function usualOf(field: Field, t: Translate, text: Texts): string {
  switch (field.kind) {
    case 'choice': {
      const usual = field.options.find(({ value }) => value === field.default);
      return usual === undefined ? field.default : text(usual.label);
    }
    case 'boolean':
      return t(field.default ? 'learn.on' : 'learn.off');
    case 'text':
      return field.default;
    case 'files':
      return '–';
    default:
      return formatNumber(field.default);
  }
}
