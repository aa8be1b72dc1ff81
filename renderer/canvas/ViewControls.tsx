import { AudioWaveform, Maximize, Minus, Plus, ScanEye } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../design/Button.tsx';
import { Menu } from '../design/Menu.tsx';
import { Tooltip } from '../design/Tooltip.tsx';
import { useT } from '../i18n/i18n.ts';
import { togglePreview, usePreview } from '../preview/preview-store.ts';
import type { ZoomActions } from './flow.ts';
import { livingParts, toggleLiving, useLiving } from './living.ts';
import css from './ViewControls.module.css';
import { canvasView } from './view.ts';

export function ViewControls({ zoom }: { readonly zoom: number }) {
  const t = useT();
  const isPreviewing = usePreview((state) => state.on);
  return (
    <ViewBar zoom={zoom} view={canvasView}>
      <IconButton
        label={t('preview.toggle')}
        keys="V"
        aria-pressed={isPreviewing}
        className={css['toggle']}
        onClick={togglePreview}
      >
        <ScanEye size={15} aria-hidden />
      </IconButton>
      <LivingMenu />
    </ViewBar>
  );
}

interface ViewBarProps {
  readonly zoom: number;
  readonly view: () => ZoomActions | undefined;
  readonly children?: ReactNode;
}

/** How much a view is magnified and how to change that, and behind it what else there is to say of the view. */
export function ViewBar({ zoom, view, children }: ViewBarProps) {
  const t = useT();
  return (
    <div className={css['controls']} role="toolbar" aria-label={t('canvas.view')}>
      <IconButton label={t('canvas.zoomOut')} keys="$mod+-" onClick={() => view()?.zoomOut()}>
        <Minus size={15} aria-hidden />
      </IconButton>
      <Tooltip content={t('canvas.zoomReset')} keys="$mod+0">
        <button type="button" className={css['zoom']} onClick={() => view()?.zoomTo(1)}>
          {zoom}%
        </button>
      </Tooltip>
      <IconButton label={t('canvas.zoomIn')} keys="$mod+=" onClick={() => view()?.zoomIn()}>
        <Plus size={15} aria-hidden />
      </IconButton>
      <span className={css['divider']} />
      <IconButton label={t('menu.fitView')} keys="F" onClick={() => view()?.fitView()}>
        <Maximize size={14} aria-hidden />
      </IconButton>
      {children}
    </div>
  );
}

/** What of a run nodes and wires show, and how wires are to be read. */
function LivingMenu() {
  const t = useT();
  const shows = useLiving();
  return (
    <Menu
      entries={[
        ...livingParts.map((part) => ({
          kind: 'check' as const,
          id: part,
          label: t(`living.${part}`),
          on: shows[part],
          toggle: () => toggleLiving(part),
        })),
        { kind: 'line', id: 'line' },
        { kind: 'note', id: 'legend', text: t('living.legend') },
      ]}
      trigger={
        <IconButton label={t('living.title')}>
          <AudioWaveform size={15} aria-hidden />
        </IconButton>
      }
    />
  );
}
