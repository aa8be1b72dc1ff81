import { CircleAlert, CircleCheck } from 'lucide-react';
import { useId } from 'react';
import type { Refusal } from '../../engine/protocol/refusal.ts';
import { formatBytes, formatWhole } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { Select } from '../design/Select.tsx';
import { Switch } from '../design/Switch.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import { formatDifference } from '../models/differences.ts';
import { Fact } from '../models/Fact.tsx';
import { openExported } from '../models/model-store.ts';
import { showPage } from '../workspace/state.ts';
import css from './ExportDialog.module.css';
import {
  choosePreprocessing,
  chooseWeights,
  closeExport,
  type ExportedModel,
  isShown,
  saveCertificate,
  saveModel,
  savePytorch,
  useExport,
} from './export-onnx.ts';
import { showNode } from './show-problem.ts';

/** The exported model and the proof that onnxruntime computes what the engine does. */
export function ExportDialog() {
  const t = useT();
  const text = useText();
  const { phase, exported, refusal, saved } = useExport();
  const done = phase === 'done' && exported;
  return (
    <Dialog
      open={phase !== 'closed'}
      onOpenChange={(open) => {
        if (!open) closeExport();
      }}
      title={t('export.title')}
      size="medium"
      actions={
        done ? (
          <>
            {exported.onnx ? (
              <Button
                onClick={() => {
                  closeExport();
                  showPage('models');
                  void openExported(exported);
                }}
              >
                {t('export.openInModels')}
              </Button>
            ) : null}
            <Button onClick={() => void savePytorch(t('export.pytorchFile'))}>
              {t('export.savePytorch')}
            </Button>
            <Button
              variant={saved.model === undefined ? 'secondary' : 'primary'}
              onClick={() => void saveCertificate(t('export.certificateFile'))}
            >
              {t('export.saveCertificate')}
            </Button>
            {exported.onnx ? (
              <Button
                variant={saved.model === undefined ? 'primary' : 'secondary'}
                onClick={() => void saveModel(t('export.onnxFile'))}
              >
                {t('export.saveModel')}
              </Button>
            ) : null}
          </>
        ) : undefined
      }
    >
      <WeightsChoice />
      <PreprocessingChoice />
      {phase === 'working' ? (
        <p className={css['working']} role="status">
          {t('export.working')}
        </p>
      ) : null}
      {phase === 'refused' && refusal ? (
        <p className={css['verdict']} data-equal={false} role="alert">
          <CircleAlert size={18} aria-hidden />
          {text(refusal.message)}
        </p>
      ) : null}
      {done ? (
        <>
          <CertificateView exported={exported} />
          <SavedFiles saved={saved} refusal={refusal} />
        </>
      ) : null}
    </Dialog>
  );
}

/** Of a kept run: what is written of it. */
function WeightsChoice() {
  const t = useT();
  const { phase, source } = useExport();
  if (source?.kept === undefined) return null;
  const { name, best } = source.kept;
  return (
    <div className={css['choice']}>
      <span>{t('export.weightsOf', { name })}</span>
      {best === undefined ? (
        t('export.weights.last')
      ) : (
        <Select
          label={t('export.weightsOf', { name })}
          value={source.weights}
          disabled={phase === 'working'}
          options={[
            { value: 'last', label: t('export.weights.last') },
            { value: 'best', label: t('export.weights.best', { epoch: formatWhole(best.epoch) }) },
          ]}
          onChange={(weights) => void chooseWeights(weights)}
        />
      )}
    </div>
  );
}

/** Whether the file takes raw values; nothing to choose where the data are made from numbers alone. */
function PreprocessingChoice() {
  const t = useT();
  const id = useId();
  const { phase, source, exported, preprocessing } = useExport();
  // While one of another project is being written, it is not known yet.
  if (exported?.document !== source?.document || !exported || exported.preprocessing === 'none') return null;
  return (
    <div className={css['choice']}>
      <label htmlFor={id}>{t('export.preprocessing')}</label>
      <Switch
        id={id}
        label={t('export.preprocessing')}
        checked={preprocessing}
        disabled={phase === 'working'}
        onChange={(inside) => void choosePreprocessing(inside)}
      />
      <p>{t(preprocessing ? 'export.preprocessingInside' : 'export.preprocessingOutside')}</p>
    </div>
  );
}

interface SavedFilesProps {
  readonly saved: ReturnType<typeof useExport.getState>['saved'];
  readonly refusal: Refusal | undefined;
}

/** What was written, what is still missing, and why a file could not be written. */
function SavedFiles({ saved, refusal }: SavedFilesProps) {
  const t = useT();
  const text = useText();
  const onnx = [saved.model, saved.certificate].filter((name) => name !== undefined);
  const files = [...onnx, saved.pytorch].filter((name) => name !== undefined);
  const missing =
    onnx.length === 1
      ? t(saved.model === undefined ? 'export.modelMissing' : 'export.certificateMissing')
      : '';
  return (
    <>
      <p className={css['saved']} role="status">
        {files.length > 0 ? `${t('export.saved', { files: files.join(', ') })} ${missing}` : ''}
      </p>
      {saved.pytorch === undefined ? null : <p className={css['saved']}>{t('export.pytorchHelp')}</p>}
      {refusal ? (
        <p className={css['verdict']} data-equal={false} role="alert">
          <CircleAlert size={18} aria-hidden />
          {text(refusal.message)}
        </p>
      ) : null}
    </>
  );
}

function CertificateView({ exported }: { readonly exported: ExportedModel }) {
  const t = useT();
  const text = useText();
  const { certificate, onnx, written, source, notice } = exported;
  const place = written?.files.join('\n') ?? exported.fileName;
  const size = formatBytes(written?.sizeBytes ?? onnx?.byteLength ?? 0);
  const worst = certificate.nodes.find(({ equal }) => !equal);
  return (
    <div className={css['certificate']} data-testid="certificate" data-equal={certificate.equal}>
      <p className={css['verdict']} data-equal={certificate.equal} role="status">
        {certificate.equal ? <CircleCheck size={18} aria-hidden /> : <CircleAlert size={18} aria-hidden />}
        {certificate.equal
          ? t('export.equal', { rows: formatWhole(certificate.rows), version: certificate.onnxruntime })
          : t('export.notEqual', { node: worst?.name ?? '–' })}
        {worst === undefined || !isShown(source) ? null : (
          <Button
            onClick={() => {
              closeExport();
              showPage('build');
              showNode(worst.node);
            }}
          >
            {t('export.showNode')}
          </Button>
        )}
      </p>
      {notice ? <p>{text(notice)}</p> : null}
      {written ? <p>{t('export.written', { count: written.files.length })}</p> : null}
      <dl className={css['facts']}>
        <Fact label={t('export.step')} value={formatWhole(exported.step)} testId="certificate-step" />
        <Fact
          label={t('export.maxAbsDiff')}
          value={formatDifference(certificate.maxAbsDiff)}
          testId="certificate-max"
        />
        <Fact label={t('export.tolerance')} value={formatDifference(certificate.tolerance)} />
        <Fact label={t('export.file')} value={`${place} · ${size}`} />
        <Fact label={t('export.onnxHash')} value={certificate.onnxSha256} />
        <Fact label={t('export.weightsHash')} value={certificate.weightsSha256} />
      </dl>
      <table className={css['nodes']}>
        <caption>{t('export.unit')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('export.node')}</th>
            <th scope="col">{t('export.nodeDiff')}</th>
          </tr>
        </thead>
        <tbody>
          {certificate.nodes.map((node) => (
            <tr key={node.name} data-different={node === worst || undefined}>
              <td>{node.name}</td>
              <td>{formatDifference(node.maxAbsDiff)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
