import { Eraser, ImageUp } from 'lucide-react';
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { channelRanges, isMostlyDark } from '../charts/picture-input.ts';
import { usualRange } from '../charts/samples.ts';
import { decodePicture } from '../data/picture-file.ts';
import { Button } from '../design/Button.tsx';
import { Switch } from '../design/Switch.tsx';
import { sentenceOf } from '../engine/engine-client.ts';
import type { FrameRing } from '../engine/frame-ring.ts';
import { useT, useText } from '../i18n/i18n.ts';
import {
  clearPad,
  drawStroke,
  type InputForm,
  padSize,
  putPicture,
  readPad,
  type Spot,
} from './drawing-pad.ts';
import evaluate from './Evaluate.module.css';
import css from './Images.module.css';
import { OneImage } from './OneImage.tsx';

interface TryPictureProps {
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
}

/** So many samples tell black from white. */
const surveyed = 500;

function formOf({ x, inputShape }: SampleSet): InputForm {
  const [, height = 1, width = 1] = inputShape;
  const some = x.subarray(0, Math.min(x.length, surveyed * inputShape.reduce((a, b) => a * b, 1)));
  const ranges = channelRanges(some, inputShape);
  const isDark = isMostlyDark(some, ranges[0] ?? [0, 1]);
  return { height, width, ranges, background: isDark ? 0 : 255 };
}

/** A picture of one's own for the network: drawn here, dropped, pasted or chosen. */
export function TryPicture({ ring, samples }: TryPictureProps) {
  const t = useT();
  const text = useText();
  const form = useMemo(() => formOf(samples), [samples]);
  const range = useMemo(() => usualRange(samples.x), [samples]);
  const pad = useRef<HTMLCanvasElement>(null);
  const last = useRef<Spot>(undefined);
  const file = useRef<HTMLInputElement>(null);
  const isColored = form.ranges.length >= 3;
  const ink = form.background === 0 ? '#ffffff' : '#000000';
  const [color, setColor] = useState(ink);
  const [isCentred, centre] = useState(!isColored);
  const [isPicture, markPicture] = useState(false);
  const [refused, refuse] = useState<Text>();
  const [values, setValues] = useState<Float32Array>();
  const size = padSize(form);

  const read = (centred = isCentred && !isPicture): void => {
    if (pad.current !== null) setValues(readPad(pad.current, form, centred));
  };
  const clear = (): void => {
    if (pad.current !== null) clearPad(pad.current, form);
    markPicture(false);
    refuse(undefined);
    setValues(undefined);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another form of input begins with an empty pad
  useEffect(clear, [form]);

  const spotAt = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLCanvasElement>): Spot => {
    const box = currentTarget.getBoundingClientRect();
    return {
      x: ((clientX - box.left) / box.width) * size.width,
      y: ((clientY - box.top) / box.height) * size.height,
    };
  };
  const stroke = (event: PointerEvent<HTMLCanvasElement>): void => {
    const from = last.current;
    if (from === undefined || pad.current === null) return;
    last.current = spotAt(event);
    drawStroke(pad.current, color, from, last.current);
    read();
  };
  const take = async (picture: Blob | null | undefined): Promise<void> => {
    if (!picture || pad.current === null) return;
    try {
      putPicture(pad.current, await decodePicture(picture));
      refuse(undefined);
      markPicture(true);
      read(false);
    } catch (error) {
      refuse(sentenceOf(error));
    }
  };

  return (
    <section
      className={css['try']}
      aria-label={t('evaluate.tryPicture')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a picture can be pasted here
      tabIndex={0}
      onPaste={(event) => void take([...event.clipboardData.files][0])}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take([...event.dataTransfer.files][0]);
      }}
    >
      <canvas
        ref={pad}
        className={css['pad']}
        width={size.width}
        height={size.height}
        role="img"
        aria-label={t('evaluate.pad')}
        data-testid="drawing-pad"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = spotAt(event);
          stroke(event);
        }}
        onPointerMove={stroke}
        onPointerUp={() => {
          last.current = undefined;
        }}
        onPointerCancel={() => {
          last.current = undefined;
        }}
      />
      <div className={css['tools']}>
        <p className={evaluate['hint']}>{t('evaluate.tryHint')}</p>
        <div className={css['buttons']}>
          <Button icon={<Eraser size={14} aria-hidden />} onClick={clear}>
            {t('evaluate.clear')}
          </Button>
          <Button icon={<ImageUp size={14} aria-hidden />} onClick={() => file.current?.click()}>
            {t('evaluate.choosePicture')}
          </Button>
          <input
            ref={file}
            type="file"
            accept="image/*"
            hidden
            data-testid="picture-file"
            onChange={(event) => {
              void take(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
          {isColored ? (
            <label className={css['filter']}>
              <input type="color" value={color} onChange={(event) => setColor(event.currentTarget.value)} />
              {t('evaluate.brushColor')}
            </label>
          ) : null}
        </div>
        <div className={css['filter']} title={t('evaluate.centreHelp')}>
          <Switch
            label={t('evaluate.centre')}
            checked={isCentred}
            disabled={isPicture}
            onChange={(next) => {
              centre(next);
              read(next && !isPicture);
            }}
          />
          {t('evaluate.centre')}
        </div>
        {refused === undefined ? null : (
          <p role="alert" className={css['refused']}>
            {text(refused)}
          </p>
        )}
      </div>
      {values === undefined ? null : (
        <OneImage
          ring={ring}
          values={values}
          shape={samples.inputShape}
          range={range}
          classes={samples.targetShape.length === 0 ? samples.classes : undefined}
        />
      )}
    </section>
  );
}
