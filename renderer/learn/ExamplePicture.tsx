import { useEffect, useMemo, useState } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import type { Preview, PreviewPicture } from '../../engine/protocol/messages.ts';
import { formatWhole } from '../charts/figures.ts';
import { palette } from '../charts/palette.ts';
import { type Surface, useCanvas } from '../charts/use-canvas.ts';
import { useTheme } from '../design/theme.ts';
import { seenWhole } from '../document/store.ts';
import { sentenceOf } from '../engine/engine-client.ts';
import { engine, useRun } from '../engine/run-store.ts';
import { currentLanguage, useT, useText } from '../i18n/i18n.ts';
import { lookOf, measureText } from '../picture/look.ts';
import { pictureOf } from '../picture/picture.ts';
import { svgOf } from '../picture/svg.ts';
import { paintPicture } from '../preview/paint-picture.ts';
import css from './ExamplePicture.module.css';
import type { Example } from './example.ts';

/** How the layer is wired, and what it makes of a sample: computed by the engine, not drawn by hand. */
export function ExamplePicture({ example }: { readonly example: Example }) {
  const t = useT();
  const text = useText();
  const { preview, refusal } = usePreviewOf(example);
  const pictures = (node: string | undefined): PreviewPicture | undefined =>
    preview?.pictures.find((picture) => picture.node === node);
  const isUntrained = seenWhole(example.document).analysis.parameterCount > 0;
  const [before, after] = [pictures(example.before), pictures(example.layer)];
  return (
    <section>
      <h2 className={css['subtitle']}>{t('learn.example')}</h2>
      <Wiring example={example} />
      {refusal === undefined ? null : (
        <p className={css['refusal']} role="alert">
          {text(refusal)}
        </p>
      )}
      <div className={css['pair']}>
        {before && preview ? (
          <Made
            preview={preview}
            picture={before}
            isData={example.before === 'data'}
            title={t('learn.goesIn')}
          />
        ) : null}
        {after && preview ? (
          <Made
            preview={preview}
            picture={after}
            isData={example.layer === 'data'}
            title={t(isUntrained ? 'learn.comesOutUntrained' : 'learn.comesOut')}
          />
        ) : null}
      </div>
    </section>
  );
}

function Wiring({ example }: { readonly example: Example }) {
  const t = useT();
  const text = useText();
  const theme = useTheme((state) => state.theme);
  const url = useMemo(() => {
    const words = {
      text,
      parameters: (count: number) => t('canvas.parameters', { count, shown: formatWhole(count) }),
      times: (count: number) => t('blocks.repeat', { count }),
    };
    const picture = pictureOf(seenWhole(example.document), words);
    const look = lookOf(
      theme,
      picture.nodes.map(({ category }) => category),
    );
    const svg = svgOf(picture, look, { background: false, shapes: true }, measureText);
    return `data:image/svg+xml,${encodeURIComponent(svg.text)}`;
  }, [example, theme, t, text]);
  return <img className={css['wiring']} src={url} alt={t('learn.wiring')} />;
}

interface MadeProps {
  readonly preview: Preview;
  readonly picture: PreviewPicture;
  readonly isData: boolean;
  readonly title: string;
}

function Made({ preview, picture, isData, title }: MadeProps) {
  const t = useT();
  const paint = ({ context, width, height }: Surface): void => {
    const look = { colors: palette(), sample: preview.sample, isData, language: currentLanguage() };
    paintPicture(context, { x: 0, y: 0, width, height }, picture, look);
  };
  const { canvas } = useCanvas(paint, 100);
  const shape = picture.shape.join(' × ') || '1';
  return (
    <figure className={css['made']}>
      <figcaption>{title}</figcaption>
      <canvas ref={canvas} role="img" aria-label={t(`preview.kind.${picture.kind}`, { shape })} />
    </figure>
  );
}

interface Asked {
  readonly preview?: Preview;
  readonly refusal?: Text;
}

function usePreviewOf(example: Example): Asked {
  const connection = useRun((state) => state.connection);
  const [asked, setAsked] = useState<Asked>({});
  useEffect(() => {
    if (connection !== 'open') return undefined;
    let current = true;
    const { document, before, layer } = example;
    const nodes = before === undefined ? [layer] : [before, layer];
    engine()
      .request('preview', { document, sample: 1, nodes })
      .then(
        (preview) => current && setAsked({ preview }),
        (error: unknown) => current && setAsked({ refusal: sentenceOf(error) }),
      );
    return () => {
      current = false;
    };
  }, [example, connection]);
  return asked;
}
