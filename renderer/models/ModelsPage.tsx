import { CircleAlert, FileUp, Network, X } from 'lucide-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import type { ModelPlace, OpenedModel, Sizes } from '../../engine/protocol/model-messages.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { Segments } from '../design/Segments.tsx';
import { Select } from '../design/Select.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';
import { EmptyState } from '../training/EmptyState.tsx';
import { useExport } from '../training/export-onnx.ts';
import { MissingBeside } from './MissingBeside.tsx';
import { ModelFacts } from './ModelFacts.tsx';
import { ModelGraph } from './ModelGraph.tsx';
import { ModelPath } from './ModelPath.tsx';
import { ModelRun } from './ModelRun.tsx';
import css from './ModelsPage.module.css';
import { dismissModelRefusal, openAt, openExported, openFiles, showModel, useModel } from './model-store.ts';
import { OpenSizes } from './OpenSizes.tsx';
import { openOnCanvas } from './open-on-canvas.ts';
import { sizedModel } from './sized-model.ts';

/** An .onnx file: what it is, and what it answers in onnxruntime. */
export function ModelsPage() {
  const t = useT();
  const text = useText();
  const { phase, opened, ofExport, others, refusal, waiting, sizes } = useModel();
  const told = opened && sizes[opened.model]?.sizes;
  const exported = useExport((state) => state.exported);
  const [over, setOver] = useState(false);

  const chooser = useRef<HTMLInputElement>(null);

  const choose = async (): Promise<void> => {
    if (!shell.choosePath) return chooser.current?.click();
    const path = await shell.choosePath('file');
    if (path !== undefined) await openAt(path);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) void openFiles(files);
  };
  const buttons = (
    <div className={css['buttons']}>
      <Button
        variant="primary"
        icon={<FileUp size={14} aria-hidden />}
        disabled={phase === 'opening'}
        onClick={() => void choose()}
      >
        {t('models.open')}
      </Button>
      {opened ? (
        <Button
          icon={<Network size={14} aria-hidden />}
          disabled={phase !== 'open' || (opened.openSizes.length > 0 && told === undefined)}
          onClick={() => void openOnCanvas()}
        >
          {t(phase === 'importing' ? 'models.openingOnCanvas' : 'models.openOnCanvas')}
        </Button>
      ) : null}
      {exported && exported !== ofExport ? (
        <Button onClick={() => void openExported(exported)}>
          {t('models.openExported', { name: exported.fileName })}
        </Button>
      ) : null}
      {shell.choosePath ? null : <ModelPath isBusy={phase === 'opening'} />}
    </div>
  );
  return (
    <section
      className={css['page']}
      aria-label={t('models.title')}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        data-testid="model-files"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          if (files.length > 0) void openFiles(files);
        }}
      />
      {refusal ? (
        <div className={css['refusal']} role="alert" data-testid="model-refusal">
          <CircleAlert size={16} aria-hidden />
          <p>{text(refusal.message)}</p>
          <IconButton label={t('common.dismiss')} onClick={dismissModelRefusal}>
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ) : null}
      {waiting ? <MissingBeside waiting={waiting} onAdd={() => chooser.current?.click()} /> : null}
      {opened ? (
        <OpenedColumns key={opened.model} model={opened} told={told ?? {}}>
          {buttons}
          <OpenSizes model={opened} />
          {others.length > 0 ? (
            <Select
              className={css['models']}
              label={t('models.openModels')}
              value={opened.model}
              options={[opened, ...others].map(({ model, name, producer }) => ({
                value: model,
                label: name,
                detail: producer,
              }))}
              onChange={(id) => {
                const other = others.find(({ model }) => model === id);
                if (other) showModel(other);
              }}
            />
          ) : null}
        </OpenedColumns>
      ) : (
        <EmptyState
          title={t(phase === 'opening' ? 'models.opening' : 'models.emptyTitle')}
          detail={t('models.emptyDetail')}
        >
          <div className={css['begin']}>{buttons}</div>
        </EmptyState>
      )}
    </section>
  );
}

/** What a model is, beside what is done with it: it is run, or its graph looked at. */
function OpenedColumns({
  model,
  told,
  children,
}: {
  readonly model: OpenedModel;
  readonly told: Sizes;
  readonly children: ReactNode;
}) {
  const t = useT();
  const [part, setPart] = useState<'run' | 'graph'>('run');
  const [chosen, setChosen] = useState<ModelPlace>();
  return (
    <div className={css['columns']}>
      <ModelFacts
        model={model}
        chosen={chosen}
        onChoose={(place) => {
          setChosen(place);
          setPart('graph');
        }}
      >
        {children}
      </ModelFacts>
      <div className={css['side']}>
        <Segments
          label={t('models.part.label')}
          value={part}
          options={(['run', 'graph'] as const).map((value) => ({ value, label: t(`models.part.${value}`) }))}
          onChange={setPart}
          className={css['parts']}
        />
        {/* What was typed and chosen there stays. */}
        <div className={css['part']} hidden={part !== 'run'}>
          <ModelRun key={JSON.stringify(told)} model={sizedModel(model, told)} />
        </div>
        {part === 'graph' ? <ModelGraph model={model} chosen={chosen} onChoose={setChosen} /> : null}
      </div>
    </div>
  );
}
