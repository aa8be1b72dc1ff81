import { Check, Circle, CircleDot, X } from 'lucide-react';
import { useEffect } from 'react';
import { canvasView } from '../canvas/view.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { KeyCaps } from '../design/KeyCaps.tsx';
import { useT } from '../i18n/i18n.ts';
import { type Step, steps } from './steps.ts';
import css from './TourCard.module.css';
import { followTour, leaveTour, useTour } from './tour-store.ts';

/** The key that does what a step asks for. */
const keys = { data: '/', layers: '/', loss: '/', train: '$mod+Enter', look: undefined } as const;

/** The tour beside the canvas: what is done, what is next; it goes on by itself as the person builds and trains. */
export function TourCard() {
  const active = useTour((state) => state.active);
  return active ? <Card /> : null;
}

function Card() {
  const t = useT();
  const at = useTour(({ step }) => step);
  useEffect(followTour, []);
  const step = steps[at];
  // What the step points to is marked by the style sheet: the palette's entries, the button, the tab.
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (step === undefined) delete dataset['tour'];
    else dataset['tour'] = step.id;
    return () => {
      delete dataset['tour'];
    };
  }, [step]);
  const binding = step && keys[step.id];
  return (
    <section className={css['card']} aria-label={t('tour.title')}>
      <ol className={css['steps']}>
        {steps.map(({ id }, i) => {
          const state = i < at ? 'done' : i === at ? 'now' : 'next';
          const Icon = { done: Check, now: CircleDot, next: Circle }[state];
          return (
            <li key={id} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
              <Icon size={14} aria-hidden />
              {t(`tour.step.${id}`)}
              {state === 'done' ? <span className="visually-hidden">{t('tour.done')}</span> : null}
            </li>
          );
        })}
      </ol>
      <IconButton label={t('tour.leave')} className={css['leave']} onClick={leaveTour}>
        <X size={15} aria-hidden />
      </IconButton>
      <p className={css['text']} role="status">
        {t(step === undefined ? 'tour.finished' : `tour.text.${step.id}`)}
      </p>
      <div className={css['deed']}>
        {binding === undefined ? null : <KeyCaps binding={binding} />}
        {step === undefined ? (
          <Button variant="primary" onClick={leaveTour}>
            {t('tour.end')}
          </Button>
        ) : (
          <Button onClick={() => void doIt(step)}>{t('tour.doIt')}</Button>
        )}
      </div>
    </section>
  );
}

/** What was added may lie outside the view. */
async function doIt({ doIt: act }: Step): Promise<void> {
  await act();
  requestAnimationFrame(() => canvasView()?.fitView());
}
