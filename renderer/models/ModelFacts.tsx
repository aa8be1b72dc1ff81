import type { ReactNode } from 'react';
import type { ModelPlace, ModelPort, OpenedModel } from '../../engine/protocol/model-messages.ts';
import { formatBytes, formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { Fact } from './Fact.tsx';
import css from './ModelsPage.module.css';
import { NodeList } from './NodeList.tsx';

/** `N×2` and the like; a free dimension is a letter. */
export const shapeLine = (shape: ModelPort['shape']): string =>
  shape.length === 0 ? '1' : shape.map((size) => (size === -1 || size === '' ? '?' : size)).join('×');

const portLine = (port: ModelPort): string => `${port.name}  ${shapeLine(port.shape)}  ${port.dtype}`;

const mostBesideNamed = 4;

/** What a model file says about itself. */
export function ModelFacts({
  model,
  chosen,
  onChoose,
  children,
}: {
  readonly model: OpenedModel;
  /** The node that is shown in the graph. */
  readonly chosen: ModelPlace | undefined;
  readonly onChoose: (place: ModelPlace) => void;
  readonly children: ReactNode;
}) {
  const t = useT();
  const text = useText();
  const { metadata } = model;
  const besideLines = (): string =>
    [
      ...model.beside
        .slice(0, mostBesideNamed)
        .map(({ name, sizeBytes }) => `${name}  ${formatBytes(sizeBytes)}`),
      ...(model.beside.length > mostBesideNamed
        ? [t('models.besideMore', { count: model.beside.length })]
        : []),
    ].join('\n');
  const missing = model.operators.filter(({ isMissing }) => isMissing);
  return (
    <section className={css['facts']} aria-label={t('models.facts')}>
      <h1 className={css['name']} data-testid="model-name">
        {model.name}
      </h1>
      {children}
      <dl className={css['list']}>
        <Fact
          label={t('models.inputs')}
          value={model.inputs.map(portLine).join('\n')}
          testId="model-inputs"
        />
        <Fact
          label={t('models.outputs')}
          value={model.outputs.map(portLine).join('\n')}
          testId="model-outputs"
        />
        <Fact label={t('models.parameters')} value={formatWhole(model.parameterCount)} />
        <Fact label={t('models.size')} value={formatBytes(model.sizeBytes)} testId="model-size" />
        {model.beside.length === 0 ? null : (
          <Fact label={t('models.beside')} value={besideLines()} testId="model-beside" />
        )}
        <Fact label={t('models.opset')} value={String(model.opset)} />
        <Fact label={t('models.producer')} value={model.producer || '–'} />
        {metadata ? <Fact label={t('models.trainedAs')} value={metadata.title} /> : null}
        {metadata ? <Fact label={t('models.trainedOn')} value={text(metadata.source)} /> : null}
        {metadata?.isPrepared ? (
          <Fact
            label={t('models.preprocessing')}
            value={t('models.preprocessingInside')}
            testId="model-preprocessing"
          />
        ) : null}
        {metadata?.engineAccuracy === undefined ? null : (
          <Fact label={t('models.engineAccuracy')} value={formatShare(metadata.engineAccuracy, 2)} />
        )}
        {metadata?.engineLoss === undefined ? null : (
          <Fact label={t('models.engineLoss')} value={formatFigure(metadata.engineLoss)} />
        )}
      </dl>
      <h2 className={css['heading']}>{t('models.operators', { count: model.operators.length })}</h2>
      {missing.length > 0 ? (
        <p className={css['missing']} data-testid="model-missing">
          {t('models.missing', {
            names: missing.map(({ opType, count }) => `${opType} (${count})`).join(t('models.comma')),
          })}
        </p>
      ) : null}
      <ul className={css['operators']} data-testid="model-operators">
        {model.operators.map(({ opType, count, isMissing }) => (
          <li key={opType} data-missing={isMissing || undefined}>
            <span>{opType}</span>
            <span>×{formatWhole(count)}</span>
          </li>
        ))}
      </ul>
      <h2 className={css['heading']}>{t('models.nodes', { count: model.nodes.length })}</h2>
      <NodeList model={model} chosen={chosen} onChoose={onChoose} />
    </section>
  );
}
