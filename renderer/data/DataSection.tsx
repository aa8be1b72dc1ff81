import { FolderOpen, TriangleAlert } from 'lucide-react';
import { augmentationIn } from '../../engine/data/sources/augment.ts';
import type { AnySource, ChannelStatistics } from '../../engine/data/sources/contract.ts';
import { isMade, sourceOf } from '../../engine/data/sources/index.ts';
import { type Params, paramText } from '../../engine/declaration/fields.ts';
import type { FoundFiles } from '../../engine/declaration/found-files.ts';
import type { Problem } from '../../engine/declaration/problem.ts';
import { completeParams } from '../../engine/document/check-params.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import type { DataReport } from '../../engine/protocol/messages.ts';
import { formatFigure, formatWhole } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import { ColumnList } from './ColumnList.tsx';
import css from './DataSection.module.css';
import { openDataFor } from './data-dialog.ts';
import { filesOf, useReport, useSomeSamples, useVariedSamples } from './data-node.ts';
import { RowTable } from './RowTable.tsx';
import { SampleGrid } from './SampleGrid.tsx';

interface DataSectionProps {
  readonly node: DocumentNode;
  readonly problems: readonly Problem[];
}

/** Where a Data node takes its samples from, when that is files: what was found there, how it looks and adds up. */
export function DataSection({ node, problems }: DataSectionProps) {
  const t = useT();
  const text = useText();
  const source = sourceOf(paramText(node.params['source']));
  const files = filesOf(node.params, source !== undefined && !isMade(source));
  const wrong = problems.find(({ place }) => place.field === 'files');
  return (
    <section className={css['section']} aria-label={t('data.section')}>
      <Button icon={<FolderOpen size={14} aria-hidden />} onClick={() => openDataFor(node.id)}>
        {t('data.open')}
      </Button>
      {wrong === undefined ? null : <p className={css['wrong']}>{text(wrong.message)}</p>}
      {files === undefined ? null : <Found node={node} files={files} problems={problems} />}
      {files === undefined && isMadeVaried(source, node.params) ? <Varied node={node} /> : null}
    </section>
  );
}

/** Whether images that are made from numbers are varied while training. */
const isMadeVaried = (source: AnySource | undefined, params: Params): boolean =>
  source !== undefined &&
  isMade(source) &&
  augmentationIn(completeParams(source.fields, params)) !== undefined;

const samplesShown = 24;

interface FoundProps extends DataSectionProps {
  readonly files: FoundFiles;
}

function Found({ node, files, problems }: FoundProps) {
  const t = useT();
  const text = useText();
  const { answer: report, refusal } = useReport(node.params);
  const { answer: samples } = useSomeSamples(node.params, samplesShown);
  const isVaried = files.shape.length === 3 && augmentationIn(node.params) !== undefined;
  return (
    <>
      <p className={css['path']} title={files.path}>
        {/* The end of a path says most; marks of direction keep its first slash in place. */}
        <bdi>{files.path}</bdi>
      </p>
      {refusal === undefined ? null : (
        <p className={css['wrong']} role="alert">
          {text(refusal.message)}
        </p>
      )}
      {problems.map(({ place, message }) =>
        place.field === 'target' || place.field === 'ignored' ? (
          <p key={message.en} className={css['wrong']}>
            {text(message)}
          </p>
        ) : null,
      )}
      {files.shape.length === 0 ? <ColumnList node={node} files={files} /> : null}
      {samples === undefined ? null : <SampleGrid samples={samples} label={t('data.samples')} />}
      {isVaried ? <Varied node={node} /> : null}
      {report === undefined ? null : <Report report={report} />}
      {report === undefined && refusal === undefined ? (
        <p className={css['waiting']}>{t('data.looking')}</p>
      ) : null}
    </>
  );
}

const variedImages = 4;
const variedTimes = 6;

/** What training makes of the same images from epoch to epoch. */
function Varied({ node }: { readonly node: DocumentNode }) {
  const t = useT();
  const { answer } = useVariedSamples(node.params, variedImages, variedTimes);
  if (answer === undefined) return null;
  return (
    <>
      <h3 className={css['title']}>{t('data.varied')}</h3>
      <SampleGrid samples={answer} label={t('data.varied')} columns={variedTimes} />
    </>
  );
}

function Report({ report }: { readonly report: DataReport }) {
  const t = useT();
  const text = useText();
  const { train, test, isTestGiven, classes, statistics, remarks, rows } = report;
  return (
    <>
      <dl className={css['facts']}>
        <dt>{t('data.train')}</dt>
        <dd>{formatWhole(train)}</dd>
        <dt>
          {t('data.test')}{' '}
          <span className={css['note']}>
            {t(isTestGiven ? 'data.given' : classes === undefined ? 'data.random' : 'data.drawn')}
          </span>
        </dt>
        <dd>{formatWhole(test)}</dd>
      </dl>
      {remarks.map((remark) => (
        <p key={remark.en} className={css['remark']}>
          <TriangleAlert size={13} aria-hidden />
          <span>{text(remark)}</span>
        </p>
      ))}
      {classes === undefined ? null : <Balance classes={classes} />}
      {rows === undefined ? null : <RowTable rows={rows} />}
      {statistics.length === 0 ? null : <Statistics statistics={statistics} />}
    </>
  );
}

function Balance({ classes }: { readonly classes: NonNullable<DataReport['classes']> }) {
  const t = useT();
  const text = useText();
  const most = Math.max(1, ...classes.map(({ train, test }) => train + test));
  const share = (count: number): string => `${(100 * count) / most}%`;
  return (
    <>
      <h3 className={css['title']}>{t('data.balance', { count: classes.length })}</h3>
      <ul className={css['balance']} tabIndex={classes.length > 12 ? 0 : undefined}>
        {classes.map(({ name, train, test }, i) => (
          // Two classes may be called the same.
          <li key={`${i} ${name.en}`} title={t('data.ofClass', { name: text(name), train, test })}>
            <span className={css['name']}>{text(name)}</span>
            <span className={css['bar']} aria-hidden>
              <span className={css['train']} style={{ width: share(train) }} />
              <span className={css['test']} style={{ width: share(test) }} />
            </span>
            <span className={css['count']}>{formatWhole(train + test)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

const statisticsShown = 32;

function Statistics({ statistics }: { readonly statistics: readonly ChannelStatistics[] }) {
  const t = useT();
  const hasMissing = statistics.some(({ missing }) => missing > 0);
  return (
    <>
      <h3 className={css['title']}>{t('data.statistics')}</h3>
      <div className={css['scroll']}>
        <table className={css['table']}>
          <thead>
            <tr>
              <th scope="col">{t('data.channel')}</th>
              <th scope="col">{t('data.mean')}</th>
              <th scope="col">{t('data.deviation')}</th>
              <th scope="col">{t('data.range')}</th>
              {hasMissing ? <th scope="col">{t('data.missing')}</th> : null}
            </tr>
          </thead>
          <tbody>
            {statistics.slice(0, statisticsShown).map(({ name, mean, deviation, min, max, missing }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{formatFigure(mean)}</td>
                <td>{formatFigure(deviation)}</td>
                <td>
                  {formatFigure(min)} – {formatFigure(max)}
                </td>
                {hasMissing ? <td>{formatWhole(missing)}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
