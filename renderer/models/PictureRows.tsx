import { ImagePlus } from 'lucide-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import { Button } from '../design/Button.tsx';
import { Select } from '../design/Select.tsx';
import { sentenceOf } from '../engine/engine-client.ts';
import { useT, useText } from '../i18n/i18n.ts';
import css from './ModelsPage.module.css';
import { type ChosenRows, useModel } from './model-store.ts';
import {
  type ImageInput,
  type Picture,
  type PreparationName,
  pictureValues,
  preparations,
  readPicture,
} from './picture-rows.ts';

const mostPictures = 256;

interface PictureRowsProps {
  readonly input: ImageInput;
  readonly onRows: (rows: ChosenRows | undefined, names?: readonly string[]) => void;
}

/** Pictures that are chosen or dropped, resized to the model's input. */
export function PictureRows({ input, onRows }: PictureRowsProps) {
  const t = useT();
  const text = useText();
  const chooser = useRef<HTMLInputElement>(null);
  const [pictures, setPictures] = useState<readonly Picture[]>([]);
  const [preparation, setPreparation] = useState<PreparationName>('unit');
  const [refusal, setRefusal] = useState<Text>();

  const show = (next: readonly Picture[], prepared: PreparationName): void => {
    setPictures(next);
    setPreparation(prepared);
    if (next.length === 0) onRows(undefined);
    else {
      const values = [pictureValues(next, input, prepared)];
      onRows(
        { from: 'pictures', values, rows: next.length },
        next.map(({ name }) => name),
      );
    }
  };
  const read = async (files: FileList): Promise<void> => {
    try {
      const chosen = [...files].slice(0, mostPictures);
      show(await Promise.all(chosen.map((file) => readPicture(file, input))), preparation);
      setRefusal(undefined);
    } catch (error) {
      setRefusal(sentenceOf(error));
    }
  };
  const drop = (event: DragEvent): void => {
    const { files } = event.dataTransfer;
    const { waiting } = useModel.getState();
    if (waiting || [...files].some(({ name }) => /\.onnx$/i.test(name))) return;
    event.preventDefault();
    event.stopPropagation();
    void read(files);
  };
  const names = Object.keys(preparations) as PreparationName[];
  return (
    <div className={css['pictures']} onDrop={drop} onDragOver={(event) => event.preventDefault()}>
      <p className={css['muted']}>{t('models.picturesHelp', { width: input.width, height: input.height })}</p>
      <div className={css['buttons']}>
        <input
          ref={chooser}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          multiple
          hidden
          data-testid="picture-files"
          onChange={(event) => {
            if (event.target.files?.length) void read(event.target.files);
            event.target.value = '';
          }}
        />
        <Button icon={<ImagePlus size={14} aria-hidden />} onClick={() => chooser.current?.click()}>
          {t('models.choosePictures')}
        </Button>
        {input.isBytes ? (
          <p className={css['muted']}>{t('models.picturesBytes')}</p>
        ) : (
          <Select
            label={t('models.preparation.label')}
            value={preparation}
            options={names.map((name) => ({ value: name, label: t(`models.preparation.${name}`) }))}
            onChange={(next) => show(pictures, next)}
            className={css['preparation']}
          />
        )}
      </div>
      {refusal ? (
        <p className={css['problem']} role="alert">
          {text(refusal)}
        </p>
      ) : null}
      <ul className={css['thumbs']}>
        {pictures.map((picture, at) => (
          <li key={`${picture.name} ${at}`}>
            <Thumb picture={picture} />
            <span title={picture.name}>{picture.name}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the model sees. */
function Thumb({ picture: { name, pixels } }: { readonly picture: Picture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => canvas.current?.getContext('2d')?.putImageData(pixels, 0, 0), [pixels]);
  return <canvas ref={canvas} width={pixels.width} height={pixels.height} role="img" aria-label={name} />;
}
