import { useEffect, useId, useMemo, useState } from 'react';
import { formatWhole } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { Select } from '../design/Select.tsx';
import { Switch } from '../design/Switch.tsx';
import { type Theme, useTheme } from '../design/theme.ts';
import { notify } from '../design/toast.tsx';
import { fileStem } from '../document/file-stem.ts';
import { useDocumentStore } from '../document/store.ts';
import { sentenceOf } from '../engine/engine-client.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';
import { showOverlay } from '../workspace/state.ts';
import { lookOf, measureText } from './look.ts';
import css from './PictureDialog.module.css';
import { pictureOf } from './picture.ts';
import { pixelsOf, rasterise } from './rasterise.ts';
import { type Svg, svgOf } from './svg.ts';

const scales = ['1', '2', '4'] as const;

/** A picture of what is drawn, for a paper, a slide or a page. */
export function PictureDialog() {
  const t = useT();
  const text = useText();
  const ids = { theme: useId(), scale: useId() };
  const here = useTheme(({ theme }) => theme);
  const [theme, setTheme] = useState<Theme>(here);
  const [background, setBackground] = useState(true);
  const [shapes, setShapes] = useState(true);
  const [scale, setScale] = useState<(typeof scales)[number]>('2');
  const state = useDocumentStore();
  const picture = useMemo(
    () =>
      pictureOf(state, {
        text,
        parameters: (count) => t('canvas.parameters', { count, shown: formatWhole(count) }),
        times: (count) => t('blocks.repeat', { count }),
      }),
    [state, t, text],
  );
  const svg = useMemo(() => {
    const look = lookOf(
      theme,
      picture.nodes.map(({ category }) => category),
    );
    return svgOf(picture, look, { background, shapes }, measureText);
  }, [picture, theme, background, shapes]);
  const url = useObjectUrl(svg);
  const close = (): void => showOverlay(undefined);

  const save = async (extension: 'svg' | 'png'): Promise<void> => {
    try {
      const bytes =
        extension === 'svg' ? new TextEncoder().encode(svg.text) : await rasterise(svg, Number(scale));
      const kind = { description: t(`picture.${extension}`), extension };
      const name = `${fileStem(picture.title, 'network')}.${extension}`;
      const written = await shell.saveFile(bytes, kind, name);
      if (written) notify({ tone: 'success', title: t('picture.saved', { file: written.name }) });
    } catch (error) {
      notify({ tone: 'error', title: t('picture.notSaved'), detail: text(sentenceOf(error)) });
    }
  };

  return (
    <Dialog
      open
      size="large"
      onOpenChange={close}
      title={t('picture.title')}
      actions={
        <>
          <Button onClick={() => void save('png')}>{t('picture.savePng')}</Button>
          <Button variant="primary" onClick={() => void save('svg')}>
            {t('picture.saveSvg')}
          </Button>
        </>
      }
    >
      <div className={css['preview']} data-theme={theme} data-background={background || undefined}>
        {url === undefined ? null : <img src={url} alt={t('picture.alt', { name: picture.title })} />}
      </div>
      <div className={css['options']}>
        <div className={css['option']}>
          <label htmlFor={ids.theme}>{t('app.theme')}</label>
          <Select
            id={ids.theme}
            label={t('app.theme')}
            value={theme}
            options={[
              { value: 'light', label: t('app.themeLight') },
              { value: 'dark', label: t('app.themeDark') },
            ]}
            onChange={setTheme}
          />
        </div>
        <label className={css['option']}>
          <span>{t('picture.background')}</span>
          <Switch label={t('picture.background')} checked={background} onChange={setBackground} />
        </label>
        <label className={css['option']}>
          <span>{t('picture.shapes')}</span>
          <Switch label={t('picture.shapes')} checked={shapes} onChange={setShapes} />
        </label>
        <div className={css['option']}>
          <label htmlFor={ids.scale}>{t('picture.resolution')}</label>
          <Select
            id={ids.scale}
            label={t('picture.resolution')}
            value={scale}
            options={scales.map((value) => ({ value, label: sizeLabel(svg, Number(value)) }))}
            onChange={setScale}
          />
        </div>
      </div>
    </Dialog>
  );
}

function sizeLabel(svg: Svg, scale: number): string {
  const { width, height } = pixelsOf(svg, scale);
  return `${width} × ${height}`;
}

/** The address of a picture, for as long as it is shown. */
function useObjectUrl({ text }: Svg): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const next = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    setUrl(next);
    return () => URL.revokeObjectURL(next);
  }, [text]);
  return url;
}
