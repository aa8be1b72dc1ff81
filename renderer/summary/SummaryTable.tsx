import { ChevronDown, ChevronUp } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { SummaryTotal } from '../../engine/compiler/summary.ts';
import { shapeLabel } from '../../engine/declaration/tensor-type.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import { placeOf } from '../../engine/document/flatten.ts';
import type { StepTimes } from '../../engine/protocol/live-run-messages.ts';
import { revealNode } from '../canvas/show-place.ts';
import { formatBytes, formatWhole } from '../charts/figures.ts';
import { shownFlatId } from '../document/flat-ids.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { type Column, columns, nextOrder, type Order, sorted, type TableRow, typeTitle } from './columns.ts';
import { timeFormat } from './figures.ts';
import css from './Summary.module.css';

interface SummaryTableProps {
  readonly rows: readonly TableRow[];
  readonly total: SummaryTotal;
  readonly batch: number;
  readonly times: StepTimes | undefined;
}

/** One row for each node: a press on a heading orders them, a press on a row goes to its node. */
export function SummaryTable({ rows, total, batch, times }: SummaryTableProps) {
  const t = useT();
  const text = useText();
  const [order, setOrder] = useState<Order>();
  const shown = useMemo(() => sorted(rows, order, text), [rows, order, text]);
  // Rows speak of the network with its blocks unfolded, what is selected of what is drawn.
  const selected = useDocumentStore(
    useShallow((state) => new Set([...state.selection.nodes].flatMap((id) => shownFlatId(state, id) ?? []))),
  );
  const body = useRef<HTMLTableSectionElement>(null);
  const largestMs = Math.max(0, ...rows.flatMap(({ time }) => [time?.forwardMs ?? 0, time?.backwardMs ?? 0]));
  const inTime = timeFormat(largestMs);
  // One stop of the Tab key for the whole table; arrows go on from there.
  const stop = shown.find(({ node }) => selected.has(node))?.node ?? shown[0]?.node;

  useEffect(() => {
    if (selected.size !== 1) return;
    const [node = ''] = selected;
    const row = body.current?.querySelector(`[data-node="${CSS.escape(node)}"]`);
    row?.scrollIntoView({ block: 'nearest' });
  }, [selected]);

  return (
    <div className={css['scroll']}>
      <table className={css['table']} data-testid="summary-table">
        <caption className="visually-hidden">{t('summary.caption', { batch })}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column} column={column} order={order} batch={batch} onOrder={setOrder} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={moveFocus}>
          {shown.map((row) => (
            <Row
              key={row.node}
              row={row}
              inTime={inTime}
              isSelected={selected.has(row.node)}
              isStop={row.node === stop}
            />
          ))}
        </tbody>
        <TotalRow total={total} count={rows.length} times={times} inTime={inTime} />
      </table>
    </div>
  );
}

interface HeadingProps {
  readonly column: Column;
  readonly order: Order;
  readonly batch: number;
  readonly onOrder: (order: Order) => void;
}

function Heading({ column, order, batch, onOrder }: HeadingProps) {
  const t = useT();
  const direction = order?.column === column ? order.direction : undefined;
  const Arrow = direction === 'ascending' ? ChevronUp : ChevronDown;
  return (
    <th
      scope="col"
      aria-sort={direction ?? 'none'}
      data-column={column}
      title={t(`summary.about.${column}`, { batch })}
    >
      <button type="button" onClick={() => onOrder(nextOrder(order, column))}>
        <span>{t(`summary.column.${column}`)}</span>
        <Arrow size={12} aria-hidden data-shown={direction !== undefined || undefined} />
      </button>
    </th>
  );
}

interface RowProps {
  readonly row: TableRow;
  readonly inTime: (ms: number) => string;
  readonly isSelected: boolean;
  readonly isStop: boolean;
}

function Row({ row: { node, name, type, figures, time }, inTime, isSelected, isStop }: RowProps) {
  const t = useT();
  const text = useText();
  const go = (event: MouseEvent): void => {
    // Dragging over figures to copy them is no press.
    if (event.detail > 0 && window.getSelection()?.isCollapsed === false) return;
    revealNode(placeOf(node));
  };
  const category = catalogue.get(type)?.category;
  const title = typeTitle(type, text);
  return (
    <tr
      data-node={node}
      data-selected={isSelected || undefined}
      aria-current={isSelected || undefined}
      onClick={go}
    >
      <th scope="row">
        <button
          type="button"
          tabIndex={isStop ? 0 : -1}
          title={name}
          aria-label={t('summary.goTo', { name })}
        >
          {name}
        </button>
      </th>
      <td data-column="type" title={title}>
        <i
          aria-hidden
          className={css['dot']}
          style={category && { background: `var(--category-${category})` }}
        />
        {title}
      </td>
      <td data-column="output">
        {figures?.outputs.map(({ port, type: made }) => (
          <span key={port} className={css['shape']}>
            {figures.outputs.length > 1 ? <small>{port}</small> : null}
            {shapeLabel(made.shape)}
          </span>
        ))}
        {figures?.outputs.length ? null : '–'}
      </td>
      <td>
        {figures?.weightsOf === undefined ? (
          <>
            {shownOr(figures?.parameters, formatWhole)}
            {figures === undefined || figures.frozen === 0 ? null : <small>{t('summary.frozen')}</small>}
          </>
        ) : (
          <Shared of={figures.weightsOf} />
        )}
      </td>
      <td>{shownOr(figures?.statistics, formatWhole)}</td>
      <td>{shownOr(figures?.multiplyAdds, formatWhole)}</td>
      <td>{shownOr(figures?.activationBytes, formatBytes)}</td>
      <TimeCell
        column="forward"
        of={time?.node}
        ms={time?.forwardMs}
        within={time?.forwardIn}
        inTime={inTime}
      />
      <TimeCell
        column="backward"
        of={time?.node}
        ms={time?.backwardMs}
        within={time?.backwardIn}
        inTime={inTime}
      />
    </tr>
  );
}

const shownOr = (value: number | undefined, format: (value: number) => string): string =>
  value === undefined ? '–' : format(value);

function useName(node: string): string {
  return useDocumentStore((state) => state.whole.topology.nodes.get(node)?.name ?? node);
}

function Shared({ of }: { readonly of: string }) {
  const t = useT();
  return <small title={t('summary.sharedHelp')}>{t('summary.shared', { name: useName(of) })}</small>;
}

interface TimeCellProps {
  readonly column: 'forward' | 'backward';
  readonly of: string | undefined;
  readonly ms: number | undefined;
  readonly within: string | undefined;
  readonly inTime: (ms: number) => string;
}

function TimeCell({ column, of, ms, within, inTime }: TimeCellProps) {
  return (
    <td data-column={column}>
      {ms !== undefined ? inTime(ms) : within === undefined ? '–' : <Within node={within} of={of ?? ''} />}
    </td>
  );
}

/** The name of a node as whoever stands in the same block calls it. */
function nameBeside(name: string, own: string): string {
  const place = own.slice(0, own.lastIndexOf('/') + 1);
  return name.startsWith(place) ? name.slice(place.length) : name;
}

/** In whose time that of the layer `of` is. */
function Within({ node, of }: { readonly node: string; readonly of: string }) {
  const t = useT();
  const name = useName(node);
  const own = useName(of);
  if (node === of) return <small title={t('summary.withBackwardHelp')}>{t('summary.withBackward')}</small>;
  return (
    <small title={t('summary.withinHelp')}>{t('summary.within', { name: nameBeside(name, own) })}</small>
  );
}

interface TotalRowProps {
  readonly total: SummaryTotal;
  readonly count: number;
  readonly times: StepTimes | undefined;
  readonly inTime: (ms: number) => string;
}

function TotalRow({ total, count, times, inTime }: TotalRowProps) {
  const t = useT();
  const { unknown } = total;
  const atLeast = unknown > 0 ? '≥ ' : '';
  const update = times === undefined ? undefined : t('summary.update', { time: inTime(times.updateMs) });
  return (
    <tfoot>
      <tr>
        <th scope="row">{t('summary.total')}</th>
        <td colSpan={2}>
          {unknown > 0
            ? t('summary.layersKnown', { count, known: count - unknown })
            : t('summary.layers', { count })}
        </td>
        <td>
          {atLeast + formatWhole(total.parameters)}
          {total.frozen === 0 ? null : (
            <small>{t('summary.frozenOf', { shown: atLeast + formatWhole(total.frozen) })}</small>
          )}
        </td>
        <td>{atLeast + formatWhole(total.statistics)}</td>
        <td>{atLeast + formatWhole(total.multiplyAdds)}</td>
        <td>{atLeast + formatBytes(total.activationBytes)}</td>
        <td>{shownOr(times?.forwardMs, inTime)}</td>
        <td title={update}>{shownOr(times?.backwardMs, inTime)}</td>
      </tr>
    </tfoot>
  );
}

/** Up, down, to the first and to the last of the rows as they stand. */
function moveFocus(event: KeyboardEvent<HTMLTableSectionElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('th button')];
  const at = buttons.indexOf(event.target as HTMLElement);
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = buttons[Math.min(buttons.length - 1, Math.max(0, to))];
  next?.focus({ preventScroll: true });
  next?.closest('tr')?.scrollIntoView({ block: 'nearest' });
}
