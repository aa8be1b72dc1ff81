import { Fragment, useEffect, useState } from 'react';
import { flatten, placeOf } from '../../engine/document/flatten.ts';
import type { RunLabel } from '../../engine/protocol/kept-run-messages.ts';
import type { WatchedTensorInfo } from '../../engine/protocol/live-run-messages.ts';
import { revealNode } from '../canvas/show-place.ts';
import { formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import type { BinLayout } from '../charts/histogram-axis.ts';
import { Select } from '../design/Select.tsx';
import { Switch } from '../design/Switch.tsx';
import { shownFlatId } from '../document/flat-ids.ts';
import { useDocumentStore } from '../document/store.ts';
import { badCount, zeroShare } from '../engine/histogram.ts';
import type { RidgeSource, WatchedTensor } from '../engine/ridge-source.ts';
import { useRun } from '../engine/run-store.ts';
import { useRingVersion } from '../engine/use-ring-version.ts';
import { useT } from '../i18n/i18n.ts';
import { useKeptRidges } from '../runs/kept-ridges.ts';
import { useRuns } from '../runs/runs-store.ts';
import { EmptyState } from './EmptyState.tsx';
import css from './Layers.module.css';
import { NoRunYet } from './NoRunYet.tsx';
import { togglePin, usePinned } from './pinned-tensors.ts';
import { type RidgeOf, RidgePanel } from './RidgePanel.tsx';

const kinds = ['weightGradient', 'weight', 'activation', 'activationGradient'] as const;
const listEveryMs = 250;

/** Histograms of one layer over time, beside a list of all layers with what is worth a look. */
export function Layers() {
  const t = useT();
  const ring = useRun((state) => state.ring);
  const picked = useRuns((state) => state.picked);
  // With no run of this window, the first that is ticked stands in its place.
  const instead = useKeptRidges(ring === undefined ? picked[0] : undefined);
  const source = ring ?? (typeof instead === 'object' ? instead : undefined);
  if (instead === 'none') return <NoneKept run={picked[0] ?? ''} />;
  if (source === undefined)
    return <NoRunYet title={t('layers.emptyTitle')} detail={t('layers.emptyDetail')} />;
  if (source.watched.length === 0) {
    return <EmptyState title={t('layers.nothingTitle')} detail={t('layers.nothingDetail')} />;
  }
  return <LayersOf key={source.run} source={source} />;
}

function NoneKept({ run }: { readonly run: string }) {
  const t = useT();
  const name = useRuns(({ list }) => list?.runs.find((known) => known.run === run)?.label.name ?? '');
  return <EmptyState title={t('layers.emptyTitle')} detail={t('layers.noneKept', { name })} />;
}

/** Runs that are ticked and could stand beside one, the one that was chosen among them, and what it kept. */
function useBeside(source: RidgeSource) {
  const list = useRuns((state) => state.list);
  const picked = useRuns((state) => state.picked);
  const [chosen, choose] = useState<string>();
  const labelOf = (run: string): RunLabel | undefined => list?.runs.find((known) => known.run === run)?.label;
  const offered = picked.flatMap((run) => {
    const label = labelOf(run);
    return run === source.run || label === undefined ? [] : [{ run, label }];
  });
  const beside = offered.find(({ run }) => run === chosen);
  const kept = useKeptRidges(beside?.run);
  return { offered, beside, kept, choose, own: labelOf(source.run) };
}

function LayersOf({ source }: { readonly source: RidgeSource }) {
  const t = useT();
  const live = useRun((state) => (state.ring?.started.run === source.run ? state.document : undefined));
  const read = useRuns((state) => state.read.get(source.run)?.record.document);
  const names = live ?? read;
  const drawn = useDocumentStore(({ whole }) => whole.topology.nodes);
  const nodes = [...new Set(source.watched.map(({ node }) => node))];
  const selected = useDocumentStore((state) =>
    state.selection.nodes.size === 1
      ? shownFlatId(state, [...state.selection.nodes][0] as string)
      : undefined,
  );
  const [chosen, setChosen] = useState(nodes[0]);
  useEffect(() => {
    if (selected !== undefined && source.watchedOf(selected).length > 0) setChosen(selected);
  }, [selected, source]);
  const [axis, setAxis] = useState<BinLayout['kind']>('log');
  const [part, setPart] = useState<string>();
  const [isShared, share] = useState(false);
  const { offered, beside, kept, choose, own } = useBeside(source);
  const project = names?.name ?? '';
  const pinned = usePinned(project).flatMap((key) => {
    const index = source.watched.findIndex((tensor) => tensor.key === key);
    const tensor = source.watched[index];
    return tensor ? [{ index, tensor }] : [];
  });
  const watched = source.watchedOf(chosen);
  const parts = [
    ...new Set(watched.filter(({ tensor }) => tensor.kind === 'weight').map(({ tensor }) => tensor.tensor)),
  ];
  const shownPart = part !== undefined && parts.includes(part) ? part : parts[0];
  const shows = ({ kind, tensor }: WatchedTensorInfo): boolean =>
    kind === 'activation' || kind === 'activationGradient' || tensor === shownPart;
  // A layer that was renamed since goes by its new name, one that was removed by its old one.
  const nameOf = (id: string): string =>
    (drawn.get(id) ?? (names && flatten(names).nodes.find((node) => node.id === id)))?.name ?? id;

  const free = kinds.flatMap((kind) => {
    const found = watched.find(({ tensor }) => tensor.kind === kind && shows(tensor));
    return found && !pinned.some(({ index }) => index === found.index) ? [found] : [];
  });
  const all = [...pinned, ...free];
  const other = typeof kept === 'object' ? kept : undefined;
  const inOther = ({ key }: WatchedTensorInfo): RidgeOf[] => {
    const index = other?.watched.findIndex((tensor) => tensor.key === key) ?? -1;
    return other === undefined || index < 0 ? [] : [{ source: other, index }];
  };
  const groupOf = ({ index, tensor }: WatchedTensor): RidgeOf[] =>
    all
      .filter((one) => (isShared ? one.tensor.kind === tensor.kind : one.index === index))
      .flatMap((one) => [{ source, index: one.index }, ...inOther(one.tensor)]);

  return (
    <div className={css['layers']}>
      <div className={css['side']}>
        <div className={css['options']}>
          <Select
            label={t('layers.axis')}
            value={axis}
            options={[
              { value: 'log', label: t('layers.axisLog') },
              { value: 'linear', label: t('layers.axisLinear') },
            ]}
            onChange={setAxis}
          />
          {parts.length > 1 && shownPart !== undefined ? (
            <Select
              label={t('layers.tensor')}
              value={shownPart}
              options={parts.map((value) => ({ value, label: value }))}
              onChange={setPart}
            />
          ) : null}
        </div>
        <label className={css['shared']} title={t('layers.oneAxisHelp')}>
          <Switch label={t('layers.oneAxis')} checked={isShared} onChange={share} />
          {t('layers.oneAxis')}
        </label>
        {offered.length === 0 ? (
          <p className={css['hint']}>{t('layers.besideHint')}</p>
        ) : (
          <Select
            label={t('layers.beside')}
            value={beside?.run ?? ''}
            options={[
              { value: '', label: t('layers.alone') },
              ...offered.map(({ run, label: { name } }) => ({
                value: run,
                label: t('layers.besideRun', { name }),
              })),
            ]}
            onChange={(run) => choose(run === '' ? undefined : run)}
          />
        )}
        {kept === 'none' && beside !== undefined ? (
          <p className={css['hint']} role="status">
            {t('layers.noneKept', { name: beside.label.name })}
          </p>
        ) : null}
        <LayerList
          source={source}
          nodes={nodes}
          nameOf={nameOf}
          chosen={chosen}
          onChoose={(id) => {
            setChosen(id);
            revealNode(placeOf(id));
          }}
        />
      </div>
      <div className={css['panels']}>
        {isFrozenIn(watched) ? (
          <p className={css['hint']} data-testid="layer-frozen">
            {t('layers.frozen', { name: nameOf(chosen ?? '') })}
          </p>
        ) : null}
        {all.map((one) => {
          const { index, tensor } = one;
          const panel = {
            tensor,
            axis,
            layer: pinned.length > 0 ? nameOf(tensor.node) : undefined,
            group: groupOf(one),
          };
          const isPinned = pinned.some((pin) => pin.index === index);
          const pin = { isPinned, toggle: () => togglePin(project, tensor.key) };
          const [pair] = inOther(tensor);
          return (
            <Fragment key={tensor.key}>
              <RidgePanel
                {...panel}
                source={source}
                index={index}
                label={other === undefined ? undefined : own}
                pin={pin}
              />
              {other === undefined ? null : pair === undefined ? (
                <p className={css['hint']}>{t('layers.noTensor', { name: beside?.label.name })}</p>
              ) : (
                <RidgePanel
                  {...panel}
                  {...pair}
                  tensor={pair.source.watched[pair.index] ?? tensor}
                  label={beside?.label}
                />
              )}
            </Fragment>
          );
        })}
      </div>
    </div>
  );
}

/** Whether a run left a layer's weights as they were: they are watched, and no gradient of them. */
const isFrozenIn = (watched: readonly WatchedTensor[]): boolean =>
  watched.some(({ tensor }) => tensor.kind === 'weight') &&
  !watched.some(({ tensor }) => tensor.kind === 'weightGradient');

/** The way to a layer in a block gives way where there is no room, the layer's own name does not. */
function LayerName({ name }: { readonly name: string }) {
  const at = name.lastIndexOf('/') + 1;
  return (
    <>
      {at === 0 ? null : <span className={css['way']}>{name.slice(0, at)}</span>}
      <span className={css['own']}>{name.slice(at)}</span>
    </>
  );
}

interface LayerListProps {
  readonly source: RidgeSource;
  readonly nodes: readonly string[];
  readonly nameOf: (id: string) => string;
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

function LayerList({ source, nodes, nameOf, chosen, onChoose }: LayerListProps) {
  const t = useT();
  useRingVersion(source, listEveryMs);
  return (
    <table className={css['list']}>
      <thead>
        <tr>
          <th scope="col">{t('layers.layer')}</th>
          <th scope="col">{t('layers.gradientNorm')}</th>
          <th scope="col">{t('layers.zeros')}</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => {
          const watched = source.watchedOf(node);
          const find = (kind: WatchedTensorInfo['kind']) => {
            const index = watched.find(({ tensor }) => tensor.kind === kind)?.index;
            return index === undefined ? undefined : source.histogram(index);
          };
          const gradient = find('weightGradient') ?? find('activationGradient');
          const activation = find('activation');
          const output = watched.find(({ tensor }) => tensor.kind === 'activation');
          const dead = activation && output && output.tensor.columns > 0 ? activation.deadColumns : 0;
          const bad = watched.reduce((sum, { index }) => {
            const histogram = source.histogram(index);
            return sum + (histogram ? badCount(histogram) : 0);
          }, 0);
          return (
            <tr key={node} data-chosen={node === chosen || undefined} data-testid={`layer-${node}`}>
              <th scope="row">
                <button
                  type="button"
                  title={nameOf(node)}
                  aria-label={nameOf(node)}
                  aria-pressed={node === chosen}
                  onClick={() => onChoose(node)}
                >
                  <LayerName name={nameOf(node)} />
                </button>
              </th>
              <td>{formatFigure(gradient?.norm)}</td>
              {bad > 0 ? (
                <td className={css['bad']}>{t('layers.notFinite', { bad: formatWhole(bad) })}</td>
              ) : (
                <td data-dead={dead > 0 || undefined}>
                  {dead > 0
                    ? t('strip.deadShort', { dead, units: output?.tensor.columns })
                    : activation
                      ? formatShare(zeroShare(activation), 0)
                      : '–'}
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
