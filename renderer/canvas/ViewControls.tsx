import { Maximize, Minus, Plus, ScanEye } from 'lucide-react';
import { IconButton } from '../design/Button.tsx';
import { Tooltip } from '../design/Tooltip.tsx';
import { useT } from '../i18n/i18n.ts';
import { togglePreview, usePreview } from '../preview/preview-store.ts';
import css from './ViewControls.module.css';
import { canvasView } from './view.ts';

export function ViewControls({ zoom }: { readonly zoom: number }) {
  const t = useT();
  const isPreviewing = usePreview((state) => state.on);
  return (
    <div className={css['controls']} role="toolbar" aria-label={t('canvas.view')}>
      <IconButton label={t('canvas.zoomOut')} keys="$mod+-" onClick={() => canvasView()?.zoomOut()}>
        <Minus size={15} aria-hidden />
      </IconButton>
      <Tooltip content={t('canvas.zoomReset')} keys="$mod+0">
        <button type="button" className={css['zoom']} onClick={() => canvasView()?.zoomTo(1)}>
          {zoom}%
        </button>
      </Tooltip>
      <IconButton label={t('canvas.zoomIn')} keys="$mod+=" onClick={() => canvasView()?.zoomIn()}>
        <Plus size={15} aria-hidden />
      </IconButton>
      <span className={css['divider']} />
      <IconButton label={t('menu.fitView')} keys="F" onClick={() => canvasView()?.fitView()}>
        <Maximize size={14} aria-hidden />
      </IconButton>
      <IconButton
        label={t('preview.toggle')}
        keys="V"
        aria-pressed={isPreviewing}
        className={css['toggle']}
        onClick={togglePreview}
      >
        <ScanEye size={15} aria-hidden />
      </IconButton>
    </div>
  );
}
