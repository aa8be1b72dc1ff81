import { type ReactNode, useEffect } from 'react';
import type { PreviewPicture } from '../../engine/protocol/messages.ts';
import { canvasActivity } from '../canvas/activity.ts';
import { formatFigure } from '../charts/figures.ts';
import { palette } from '../charts/palette.ts';
import { type Surface, useCanvas } from '../charts/use-canvas.ts';
import { shownFlatId } from '../document/flat-ids.ts';
import { useDocumentStore } from '../document/store.ts';
import { currentLanguage, type Translate, useT } from '../i18n/i18n.ts';
import css from './NodePreview.module.css';
import { paintPicture, spanOf } from './paint-picture.ts';
import { addPreviewView, pictureOf } from './preview-feed.ts';
import { usePreview } from './preview-store.ts';

interface NodePreviewProps {
  readonly nodeId: string;
  readonly isData: boolean;
  /** What stands here while previews are off. */
  readonly otherwise?: ReactNode;
}

/** What a node makes of the sample that is being looked at. */
export function NodePreview({ nodeId, isData, otherwise }: NodePreviewProps) {
  const on = usePreview((state) => state.on);
  return on ? <Picture nodeId={nodeId} isData={isData} /> : otherwise;
}

const paintEveryMs = 100;

function Picture({ nodeId, isData }: { readonly nodeId: string; readonly isData: boolean }) {
  const t = useT();
  const paint = ({ context, width, height }: Surface): void => {
    if (canvasActivity.detail === 'title') return;
    const node = flatIdOf(nodeId);
    const picture = node === undefined ? undefined : pictureOf(node);
    const { told } = usePreview.getState();
    if (picture !== undefined) {
      const look = { colors: palette(), sample: told?.sample, isData, language: currentLanguage() };
      paintPicture(context, { x: 0, y: 0, width, height }, picture, look);
    }
    describe(context.canvas, picture, t);
  };
  const { canvas, invalidate, isVisible } = useCanvas(paint, paintEveryMs);
  useEffect(
    () => addPreviewView({ node: () => flatIdOf(nodeId), isVisible, repaint: invalidate }),
    [nodeId, isVisible, invalidate],
  );
  return (
    <canvas
      ref={canvas}
      className={css['picture']}
      data-sample={isData || undefined}
      role="img"
      data-testid={`preview-${nodeId}`}
    />
  );
}

const flatIdOf = (nodeId: string): string | undefined => shownFlatId(useDocumentStore.getState(), nodeId);

/** In words, for whoever cannot see it. */
function describe(canvas: HTMLCanvasElement, picture: PreviewPicture | undefined, t: Translate): void {
  const { told } = usePreview.getState();
  canvas.dataset['kind'] = picture?.kind ?? '';
  canvas.dataset['index'] = String(told?.sample?.index ?? '');
  canvas.dataset['step'] = String(told?.step ?? '');
  if (picture === undefined) {
    canvas.setAttribute('aria-label', t(told === undefined ? 'preview.waiting' : 'preview.nothing'));
    return;
  }
  const { kind, shape, panes, of, values } = picture;
  const span = spanOf(values);
  const parts = [
    t(`preview.kind.${kind}`, { shape: shape.join(' × ') || '1' }),
    ...(panes.length < of ? [t('preview.some', { shown: panes.length, of })] : []),
    ...(span === undefined
      ? []
      : [t('preview.span', { low: formatFigure(span[0]), high: formatFigure(span[1]) })]),
  ];
  canvas.setAttribute('aria-label', parts.join(t('strip.separator')));
}
