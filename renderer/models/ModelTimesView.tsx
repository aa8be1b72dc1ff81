import type { Latency, OpenedModel } from '../../engine/protocol/model-messages.ts';
import { formatFigure } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import css from './ModelsPage.module.css';
import { timeModel, useModel } from './model-store.ts';

/** How long one input takes, in onnxruntime and in the engine. */
export function ModelTimesView({ model }: { readonly model: OpenedModel }) {
  const t = useT();
  const text = useText();
  const { phase, times } = useModel();
  const row = (name: string, latency: Latency | undefined, testId: string) => (
    <tr data-testid={testId}>
      <th scope="row">{name}</th>
      <td>{latency ? `${formatFigure(latency.medianMs)} ms` : '–'}</td>
      <td>{latency ? `${formatFigure(latency.p95Ms)} ms` : '–'}</td>
      <td>{latency ? latency.runs : '–'}</td>
    </tr>
  );
  return (
    <div className={css['times']}>
      <h2 className={css['heading']}>{t('models.latency')}</h2>
      <div className={css['buttons']}>
        <Button disabled={phase !== 'open'} onClick={() => void timeModel(1)}>
          {t('models.measureLatency')}
        </Button>
        <span className={css['muted']} role="status">
          {phase === 'timing'
            ? t('models.timing', { name: model.name })
            : t(model.metadata?.isPrepared ? 'models.latencyRawHelp' : 'models.latencyHelp')}
        </span>
      </div>
      {times ? (
        <>
          <table className={css['table']}>
            <thead>
              <tr>
                <td />
                <th scope="col">{t('models.median')}</th>
                <th scope="col">{t('models.p95')}</th>
                <th scope="col">{t('models.runs')}</th>
              </tr>
            </thead>
            <tbody>
              {row('onnxruntime', times.onnxruntime, 'times-onnxruntime')}
              {row(
                times.kernels === ''
                  ? t('models.engine')
                  : t('models.engineWith', { kernels: times.kernels }),
                times.engine,
                'times-engine',
              )}
            </tbody>
          </table>
          {times.refusal ? <p className={css['muted']}>{text(times.refusal)}</p> : null}
        </>
      ) : null}
    </div>
  );
}
