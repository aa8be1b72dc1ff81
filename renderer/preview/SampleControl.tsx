import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect } from 'react';
import type { PreviewSample } from '../../engine/protocol/messages.ts';
import { cssColor } from '../charts/color-map.ts';
import { formatFigure, formatWhole } from '../charts/figures.ts';
import { palette } from '../charts/palette.ts';
import { IconButton } from '../design/Button.tsx';
import { NumberField } from '../design/NumberField.tsx';
import { useTheme } from '../design/theme.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { feedPreviews } from './preview-feed.ts';
import { showSample, stepSample, usePreview } from './preview-store.ts';
import css from './SampleControl.module.css';

/** Which sample nodes show, and whose weights: the previous one, the next one, or any by its number. */
export function SampleControl({ isFar }: { readonly isFar: boolean }) {
  const on = usePreview((state) => state.on);
  return on ? <Control isFar={isFar} /> : null;
}

/** `isFar`: zoomed out so far that nodes show their titles alone. */
function Control({ isFar }: { readonly isFar: boolean }) {
  const t = useT();
  const text = useText();
  const { wanted, told, refusal } = usePreview();
  useEffect(() => feedPreviews(), []);
  const sample = told?.sample;
  if (refusal !== undefined) return <p className={css['note']}>{text(refusal.message)}</p>;
  if (sample === undefined)
    return <p className={css['note']}>{t(told === undefined ? 'preview.waiting' : 'preview.noData')}</p>;
  return (
    <div className={css['control']} role="toolbar" aria-label={t('preview.sample')}>
      <IconButton label={t('preview.previous')} keys="[" onClick={() => stepSample(-1)}>
        <ChevronLeft size={15} aria-hidden />
      </IconButton>
      <div className={css['number']}>
        <NumberField
          label={t('preview.number')}
          value={Math.min(wanted, sample.count - 1) + 1}
          min={1}
          max={sample.count}
          integer
          inline
          onChange={(number) => showSample(number - 1)}
        />
      </div>
      <span className={css['of']}>{t('preview.of', { count: formatWhole(sample.count) })}</span>
      <IconButton label={t('preview.next')} keys="]" onClick={() => stepSample(1)}>
        <ChevronRight size={15} aria-hidden />
      </IconButton>
      <span className={css['divider']} />
      <Target sample={sample} />
      <span className={css['part']}>{t(`preview.${sample.part}`)}</span>
      <span className={css['step']}>
        {isFar
          ? t('preview.zoomIn')
          : told?.step === undefined
            ? t('preview.untrained')
            : t('preview.step', { step: formatWhole(told.step) })}
      </span>
    </div>
  );
}

const mostNumbers = 3;

/** What the sample is to be answered with, in its class's colour. */
function Target({ sample: { target, classes } }: { readonly sample: PreviewSample }) {
  const text = useText();
  useTheme((state) => state.theme);
  const names = [...target]
    .filter((value) => classes === undefined || value >= 0)
    .map((value) => {
      const name = classes?.[value];
      return name === undefined ? formatFigure(value) : text(name);
    });
  const colors = palette().classes;
  const color =
    classes !== undefined && target.length === 1 ? colors[(target[0] ?? 0) % colors.length] : undefined;
  const shown = classes === undefined ? names.slice(0, mostNumbers) : names;
  return (
    <span className={css['target']} title={names.join(' ')}>
      {color === undefined ? null : <i aria-hidden style={{ background: cssColor(color) }} />}
      {shown.join(' ')}
      {shown.length < names.length ? ' …' : ''}
    </span>
  );
}
