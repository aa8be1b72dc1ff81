import { Segments } from '../design/Segments.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './Evaluate.module.css';
import { heldOutParts, useChosenPart, useShownPart } from './shown-part.ts';

/** Whether the samples for validation or those for testing are shown, where there are both. */
export function PartChoice() {
  const t = useT();
  const { part, hasBoth } = useShownPart();
  if (!hasBoth) return null;
  return (
    <Segments
      label={t('dataPage.part')}
      value={part}
      options={heldOutParts.map((value) => ({ value, label: t(`data.${value}`) }))}
      onChange={(next) => useChosenPart.setState({ part: next })}
      className={css['parts']}
      inline
    />
  );
}
