import { useMemo } from 'react';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import { partCountsOf } from '../../engine/document/run-length.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import { answeredByThemselves } from '../charts/answers.ts';
import { sampleKind } from '../charts/samples.ts';
import { dataNodeOf, isAskedForInput, useSamples } from '../data/use-samples.ts';
import { useDocumentStore } from '../document/store.ts';
import { useRun } from '../engine/run-store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { EmptyState } from '../training/EmptyState.tsx';
import { Boundary } from './Boundary.tsx';
import { Images } from './Images.tsx';
import { LineFit } from './LineFit.tsx';
import { ShownPartProvider, useChosenPart, useShownPart } from './shown-part.ts';
import { TestSamples } from './TestSamples.tsx';
import { TestTable } from './TestTable.tsx';

/** What the network answers now: a decision boundary, a fitted line, test samples with their answers, or a table. */
export function Evaluate() {
  const t = useT();
  const drawn = useDocumentStore((state) => state.project);
  const trained = useRun((state) => (state.ring ? state.document : undefined));
  const document: NetwrightDocument = trained ?? drawn;
  const chosen = useChosenPart(({ part }) => part);
  const data = dataNodeOf(document);
  if (!data) {
    return <EmptyState title={t('evaluate.emptyTitle')} detail={t('evaluate.emptyDetail')} />;
  }
  const { validation, test } = partCountsOf(document.training, data);
  const hasBoth = validation > 0 && test > 0;
  const part = hasBoth ? chosen : validation > 0 ? 'validation' : 'test';
  return (
    <ShownPartProvider value={{ part, hasBoth }}>
      <EvaluateOn document={document} />
    </ShownPartProvider>
  );
}

function EvaluateOn({ document }: { readonly document: NetwrightDocument }) {
  const t = useT();
  const text = useText();
  const { part } = useShownPart();
  const ring = useRun((state) => state.ring);
  const isTraining = useRun(({ phase }) => phase === 'running');
  const { samples: found, title, refusal } = useSamples(document, part);
  const isForInput = isAskedForInput(document);
  const samples = useMemo(
    () => (found && isForInput ? answeredByThemselves(found) : found),
    [found, isForInput],
  );
  if (refusal) return <EmptyState title={t('evaluate.noSamples')} detail={text(refusal.message)} />;
  if (!samples) {
    const detail = isTraining ? t('evaluate.loadingBeside') : '';
    return <EmptyState title={t('evaluate.loading')} detail={detail} isBusy />;
  }
  const shape = title ? text(title) : t('evaluate.data');
  const kind = sampleKind(samples.inputShape, samples.inputClasses);
  if (kind === 'image') return <Images document={document} ring={ring} samples={samples} shape={shape} />;
  if (kind)
    return <TestSamples document={document} ring={ring} samples={samples} shape={shape} kind={kind} />;
  const size = elementCount(samples.inputShape);
  if (size === 2) return <Boundary ring={ring} samples={samples} shape={shape} />;
  if (size === 1 && !samples.classes && elementCount(samples.targetShape) === 1) {
    return <LineFit ring={ring} samples={samples} shape={shape} />;
  }
  return <TestTable document={document} ring={ring} samples={samples} shape={shape} />;
}
