import { useEffect, useState } from 'react';
import { flatten, placeOf } from '../../engine/document/flatten.ts';
import type { WatchedTensorInfo } from '../../engine/protocol/messages.ts';
import { revealNode } from '../canvas/show-place.ts';
import { formatFigure, formatShare, formatWhole } from '../charts/figures.ts';
import type { BinLayout } from '../charts/histogram-axis.ts';
import { Select } from '../design/Select.tsx';
import { Switch } from '../design/Switch.tsx';
import { shownFlatId } from '../document/flat-ids.ts';
import { useDocumentStore } from '../document/store.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { badCount, zeroShare } from '../engine/histogram.ts';
import { useRun } from '../engine/run-store.ts';
import { useRingVersion } from '../engine/use-ring-version.ts';
import { useT } from '../i18n/i18n.ts';
import { EmptyState } from './EmptyState.tsx';
import css from './Layers.module.css';
import { togglePin, usePinned } from './pinned-tensors.ts';
import { RidgePanel } from './RidgePanel.tsx';

const kinds = ['weightGradient', 'weight', 'activation', 'activationGradient'] as const;
const listEveryMs = 250;

/** Histograms of one layer over time, beside a list of all layers with what is worth a look. */
export function Layers() {
  const t = useT();
  const ring = useRun((state) => state.ring);
  if (!ring) return <EmptyState title={t('layers.emptyTitle')} detail={t('layers.emptyDetail')} />;
  if (ring.started.watched.length === 0) {
    return <EmptyState title={t('layers.nothingTitle')} detail={t('layers.nothingDetail')} />;
  }
  return <LayersOf key={ring.started.run} ring={ring} />;
}

function LayersOf({ ring }: { readonly ring: FrameRing }) {
  const t = useT();
  const names = useRun((state) => state.document);
  const drawn = useDocumentStore(({ whole }) => whole.topology.nodes);
  const nodes = [...new Set(ring.started.watched.map(({ node }) => node))];
  const selected = useDocumentStore((state) =>
    state.selection.nodes.size === 1
      ? shownFlatId(state, [...state.selection.nodes][0] as string)
      : undefined,
  );
  const [chosen, setChosen] = useState(nodes[0]);
  useEffect(() => {
    if (selected !== undefined && ring.watchedOf(selected).length > 0) setChosen(selected);
  }, [selected, ring]);
  const [axis, setAxis] = useState<BinLayout['kind']>('log');
  const [part, setPart] = useState<string>();
  const [isShared, share] = useState(false);
  const project = names?.name ?? '';
  const pinned = usePinned(project).flatMap((key) => {
    const index = ring.started.watched.findIndex((tensor) => tensor.key === key);
    const tensor = ring.started.watched[index];
    return tensor ? [{ index, tensor }] : [];
  });
  const watched = ring.watchedOf(chosen);
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
  const groupOf = (kind: WatchedTensorInfo['kind']): number[] =>
    all.filter(({ tensor }) => tensor.kind === kind).map(({ index }) => index);

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
        <LayerList
          ring={ring}
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
        {all.map(({ index, tensor }) => (
          <RidgePanel
            key={tensor.key}
            ring={ring}
            index={index}
            tensor={tensor}
            axis={axis}
            layer={pinned.length > 0 ? nameOf(tensor.node) : undefined}
            group={isShared ? groupOf(tensor.kind) : [index]}
            isPinned={pinned.some((pin) => pin.index === index)}
            onPin={() => togglePin(project, tensor.key)}
          />
        ))}
      </div>
    </div>
  );
}

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
  readonly ring: FrameRing;
  readonly nodes: readonly string[];
  readonly nameOf: (id: string) => string;
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

function LayerList({ ring, nodes, nameOf, chosen, onChoose }: LayerListProps) {
  const t = useT();
  useRingVersion(ring, listEveryMs);
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
          const watched = ring.watchedOf(node);
          const find = (kind: WatchedTensorInfo['kind']) => {
            const index = watched.find(({ tensor }) => tensor.kind === kind)?.index;
            return index === undefined ? undefined : ring.histogram(index);
          };
          const gradient = find('weightGradient') ?? find('activationGradient');
          const activation = find('activation');
          const output = watched.find(({ tensor }) => tensor.kind === 'activation');
          const dead = activation && output && output.tensor.columns > 0 ? activation.deadColumns : 0;
          const bad = watched.reduce((sum, { index }) => {
            const histogram = ring.histogram(index);
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
