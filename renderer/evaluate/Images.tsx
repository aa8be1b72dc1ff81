import { create } from 'zustand';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { Segments } from '../design/Segments.tsx';
import type { FrameRing } from '../engine/frame-ring.ts';
import { useT } from '../i18n/i18n.ts';
import { Filters } from './Filters.tsx';
import css from './Images.module.css';
import { useShownPart } from './shown-part.ts';
import { TestSamples } from './TestSamples.tsx';
import { TryPicture } from './TryPicture.tsx';

interface ImagesProps {
  readonly document: NetwrightDocument;
  readonly ring: FrameRing | undefined;
  readonly samples: SampleSet;
  readonly shape: string;
}

const others = ['try', 'filters'] as const;
type View = 'samples' | (typeof others)[number];

/** Kept while other panels are looked at. */
const useView = create<{ readonly view: View }>(() => ({ view: 'samples' }));

/** What a network makes of images: those that were not trained on, one of one's own, and what its first layer looks for. */
export function Images({ document, ring, samples, shape }: ImagesProps) {
  const t = useT();
  const { title, hasBoth } = useShownPart();
  const { view } = useView();
  return (
    <div className={css['images']}>
      <Segments
        className={css['views']}
        label={t('evaluate.views.label')}
        value={view}
        options={[
          { value: 'samples', label: hasBoth ? t('dataPage.samples') : title },
          ...others.map((value) => ({ value, label: t(`evaluate.views.${value}`) })),
        ]}
        onChange={(next) => useView.setState({ view: next })}
        inline
      />
      <div className={css['body']}>
        {view === 'samples' ? (
          <TestSamples document={document} ring={ring} samples={samples} shape={shape} kind="image" />
        ) : view === 'try' ? (
          <TryPicture key={samples.inputShape.join('×')} ring={ring} samples={samples} />
        ) : (
          <Filters ring={ring} />
        )}
      </div>
    </div>
  );
}
