import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { createPortal } from 'react-dom';
import { placeOf } from '../../engine/document/flatten.ts';
import { nodeAt } from '../../engine/document/levels.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { useDocumentStore } from '../document/store.ts';
import { dismissEnding, dismissRefusal, useRun } from '../engine/run-store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './RunBanner.module.css';
import { showNode } from './show-problem.ts';

/** Why a run could not start, had to stop or ended early, over the canvas, so that nothing else moves. */
export function RunBanner() {
  const t = useT();
  const text = useText();
  const refusal = useRun((state) => state.refusal);
  const ending = useRun((state) => state.ending);
  const connection = useRun((state) => state.connection);
  const failed = useRun((state) => state.phase === 'failed');
  const node = refusal?.problems.find(({ place }) => place.node !== undefined)?.place.node;
  const nodeName = useDocumentStore((state) =>
    node === undefined ? undefined : nodeAt(state.project, placeOf(node))?.names.join(' › '),
  );
  if ((connection === 'closed' || connection === 'locked') && !refusal) {
    return createPortal(
      <div className={css['banner']} role="alert" data-tone="warning">
        <CircleAlert size={16} aria-hidden />
        <p>{t(connection === 'locked' ? 'training.engineLocked' : 'training.engineLost')}</p>
      </div>,
      document.body,
    );
  }
  if (!refusal && ending) {
    return createPortal(
      <div className={css['banner']} role="status" data-tone="note" data-testid="run-ending">
        <CircleCheck size={16} aria-hidden />
        <p>{text(ending)}</p>
        <IconButton label={t('common.dismiss')} onClick={dismissEnding}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>,
      document.body,
    );
  }
  if (!refusal) return null;
  return createPortal(
    <div className={css['banner']} role="alert" data-testid="run-banner">
      <CircleAlert size={16} aria-hidden />
      <div className={css['words']}>
        <strong>{t(failed ? 'training.failed' : 'training.refused')}</strong>
        <p>{text(refusal.message)}</p>
      </div>
      {node !== undefined && nodeName !== undefined ? (
        <Button onClick={() => showNode(node)}>{t('training.goToNode', { name: nodeName })}</Button>
      ) : null}
      <IconButton label={t('common.dismiss')} onClick={dismissRefusal}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>,
    document.body,
  );
}
