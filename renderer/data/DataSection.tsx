import { FolderOpen, LayoutGrid } from 'lucide-react';
import { augmentationIn } from '../../engine/data/sources/augment.ts';
import type { AnySource } from '../../engine/data/sources/contract.ts';
import { isMade, sourceOf } from '../../engine/data/sources/index.ts';
import { type Params, paramText } from '../../engine/declaration/fields.ts';
import type { FoundFiles } from '../../engine/declaration/found-files.ts';
import type { Problem } from '../../engine/declaration/problem.ts';
import { completeParams } from '../../engine/document/check-params.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { Button } from '../design/Button.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import { ColumnList } from './ColumnList.tsx';
import { Remarks, Report } from './DataReport.tsx';
import css from './DataSection.module.css';
import { openDataFor } from './data-dialog.ts';
import { filesOf, useDuplicates, useReport, useSomeSamples, useVariedSamples } from './data-node.ts';
import { showDataPage } from './data-page-store.ts';
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
      <div className={css['buttons']}>
        <Button icon={<FolderOpen size={14} aria-hidden />} onClick={() => openDataFor(node.id)}>
          {t('data.open')}
        </Button>
        <Button icon={<LayoutGrid size={14} aria-hidden />} onClick={() => showDataPage(node.id)}>
          {t('data.lookThrough')}
        </Button>
      </div>
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
  const duplicates = useDuplicates(node.params);
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
      {duplicates === undefined ? null : <Remarks remarks={duplicates.remarks} />}
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
