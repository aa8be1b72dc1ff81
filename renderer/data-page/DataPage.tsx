import { FolderOpen, Plus } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { augmentationFields, augmentationIn } from '../../engine/data/sources/augment.ts';
import { isMade, openedFiles, sourceOf } from '../../engine/data/sources/index.ts';
import { type Fields, paramText } from '../../engine/declaration/fields.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import { completeParams } from '../../engine/document/check-params.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { Balance, Parts, Remarks, Statistics } from '../data/DataReport.tsx';
import section from '../data/DataSection.module.css';
import { openDataFor } from '../data/data-dialog.ts';
import { useDuplicates, useReport } from '../data/data-node.ts';
import { chooseDataNode, useDataPage } from '../data/data-page-store.ts';
import { DataPicture } from '../data-picture/DataPicture.tsx';
import { Button } from '../design/Button.tsx';
import { Select } from '../design/Select.tsx';
import { addData } from '../document/data-commands.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { FieldInput } from '../inspector/FieldInput.tsx';
import { FieldList } from '../inspector/FieldList.tsx';
import { EmptyState } from '../training/EmptyState.tsx';
import css from './DataPage.module.css';
import { SampleBrowser } from './SampleBrowser.tsx';
import { Twice } from './Twice.tsx';
import { Variations } from './Variations.tsx';

/** What a network is trained on: the samples themselves, how they are made up, and what is odd about them. */
export function DataPage() {
  const t = useT();
  const nodes = useDocumentStore((state) => state.project.nodes).filter(
    ({ type }) => catalogue.get(type)?.category === 'data',
  );
  const chosen = useDataPage((state) => state.node);
  const [added, setAdded] = useState<string>();
  const node = nodes.find(({ id }) => id === chosen) ?? nodes[0];
  if (node === undefined) {
    return (
      <EmptyState title={t('dataPage.emptyTitle')} detail={t('dataPage.emptyDetail')}>
        <Button icon={<Plus size={14} aria-hidden />} onClick={() => setAdded(addData()?.id)}>
          {t('dataPage.add')}
        </Button>
      </EmptyState>
    );
  }
  return <DataOf key={node.id} node={node} nodes={nodes} isNew={node.id === added} />;
}

interface DataOfProps {
  readonly node: DocumentNode;
  readonly nodes: readonly DocumentNode[];
  /** It was just added here: what comes next is to choose its source. */
  readonly isNew: boolean;
}

function DataOf({ node, nodes, isNew }: DataOfProps) {
  const t = useT();
  const text = useText();
  const sourceId = useId();
  const isDrawn = useIsDrawn(node);
  const sourceField = catalogue.get(node.type)?.fields['source'];
  useEffect(() => {
    if (isNew) document.getElementById(sourceId)?.focus();
  }, [isNew, sourceId]);
  const source = sourceOf(paramText(node.params['source'] ?? 'circle'));
  const files = source !== undefined && !isMade(source) ? openedFiles(node.params) : undefined;
  const isThere = source !== undefined && (isMade(source) || files !== undefined);
  return (
    <section className={css['page']} aria-label={t('dataPage.title')}>
      <header className={css['header']}>
        <h1 className={css['title']}>{source === undefined ? node.name : text(source.title)}</h1>
        {files === undefined ? (
          <span className={css['path']}>{source === undefined ? null : text(source.doc.summary)}</span>
        ) : (
          <span className={css['path']} title={files.path}>
            {files.path}
          </span>
        )}
        {nodes.length < 2 ? null : (
          <Select
            className={css['node']}
            label={t('dataPage.node')}
            value={node.id}
            options={nodes.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={chooseDataNode}
          />
        )}
        {isDrawn && sourceField !== undefined ? (
          <div className={css['source']}>
            <FieldInput node={node} name="source" field={sourceField} id={sourceId} />
          </div>
        ) : null}
        <Button icon={<FolderOpen size={14} aria-hidden />} onClick={() => openDataFor(node.id)}>
          {t('data.open')}
        </Button>
      </header>
      {isThere ? (
        <Samples node={node} fields={source.fields} />
      ) : (
        <EmptyState title={t('dataPage.notOpenedTitle')} detail={t('dataPage.notOpenedDetail')} />
      )}
    </section>
  );
}

interface SamplesProps {
  readonly node: DocumentNode;
  readonly fields: Fields;
}

function Samples({ node, fields }: SamplesProps) {
  const t = useT();
  const text = useText();
  const params = completeParams(catalogue.get('data')?.fields ?? fields, node.params);
  const { answer: report, refusal } = useReport(params);
  const duplicates = useDuplicates(params);
  if (refusal !== undefined) {
    return <EmptyState title={t('dataPage.refusedTitle')} detail={text(refusal.message)} />;
  }
  if (report === undefined) return <EmptyState title={t('data.looking')} detail="" />;
  const source = sourceOf(paramText(params['source']));
  const isImage = report.inputShape.length === 3 && 'crop' in fields;
  return (
    <div className={css['columns']}>
      <div className={css['facts']} tabIndex={0} role="group" aria-label={t('dataPage.facts')}>
        {source !== undefined && isMade(source) ? (
          <div className={css['picture']}>
            <DataPicture source={source.type} params={params} label={text(source.title)} />
          </div>
        ) : null}
        <Panel title={t('dataPage.split')}>
          <Parts report={report} />
          <p className={section['note']}>
            {t(report.origins.test === 'given' ? 'dataPage.splitGiven' : 'dataPage.splitDrawn')}
          </p>
          <p className={section['note']}>
            {t(report.validation > 0 ? 'dataPage.hasValidation' : 'dataPage.noValidation')}
          </p>
          <Remarks remarks={report.remarks} />
        </Panel>
        <Twice params={params} duplicates={duplicates} />
        {report.classes === undefined ? null : (
          <Panel>
            <Balance classes={report.classes} />
          </Panel>
        )}
        {report.statistics.length === 0 ? null : (
          <Panel>
            <Statistics statistics={report.statistics} />
            <p className={section['note']}>{t('dataPage.fromTraining')}</p>
            <Chosen node={node} fields={fields} names={['scaling']} />
          </Panel>
        )}
        {isImage ? (
          <Panel title={t('dataPage.augmentation')}>
            <Chosen node={node} fields={fields} names={Object.keys(augmentationFields)} />
          </Panel>
        ) : null}
      </div>
      <div className={css['samples']}>
        <SampleBrowser params={params} report={report} />
        {isImage && augmentationIn(params) !== undefined ? <Variations params={params} /> : null}
      </div>
    </div>
  );
}

function Panel({ title, children }: { readonly title?: string; readonly children: React.ReactNode }) {
  return (
    <section className={css['panel']}>
      {title === undefined ? null : <h2 className={css['heading']}>{title}</h2>}
      {children}
    </section>
  );
}

const useIsDrawn = (node: DocumentNode): boolean =>
  useDocumentStore((state) => state.document.nodes.some(({ id }) => id === node.id));

interface ChosenProps extends SamplesProps {
  readonly names: readonly string[];
}

/** Some of a node's fields; nothing while another drawing than the node's is open, where nothing of it can be changed. */
function Chosen({ node, fields, names }: ChosenProps) {
  const isDrawn = useIsDrawn(node);
  const some = Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
  return isDrawn ? <FieldList node={node} fields={some} problems={[]} /> : null;
}
