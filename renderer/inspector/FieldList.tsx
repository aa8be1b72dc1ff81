import { useId } from 'react';
import type { Field, Fields } from '../../engine/declaration/fields.ts';
import type { Problem } from '../../engine/declaration/problem.ts';
import { completeParams, fieldApplies } from '../../engine/document/check-params.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { formatNumber } from '../design/number.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { ExposureSelect } from './ExposureSelect.tsx';
import { FieldInput } from './FieldInput.tsx';
import css from './FieldList.module.css';

interface FieldListProps {
  readonly node: DocumentNode;
  readonly fields: Fields;
  readonly problems: readonly Problem[];
}

/** The form that a layer's declaration describes: label, control, help with range and default, and what is wrong. */
export function FieldList({ node, fields, problems }: FieldListProps) {
  const params = completeParams(fields, node.params);
  const shown = Object.entries(fields).filter(
    ([, field]) => field.isShownApart !== true && fieldApplies(field, params),
  );
  return (
    <div className={css['list']}>
      {shown.map(([name, field]) => (
        <FieldRow
          key={name}
          node={node}
          name={name}
          field={field}
          problems={problems.filter(({ place }) => place.field === name)}
        />
      ))}
    </div>
  );
}

interface FieldRowProps {
  readonly node: DocumentNode;
  readonly name: string;
  readonly field: Field;
  readonly problems: readonly Problem[];
}

function FieldRow({ node, name, field, problems }: FieldRowProps) {
  const t = useT();
  const text = useText();
  const id = useId();
  const range = rangeOf(field);
  const isLong = field.kind === 'text' && field.isLong === true;
  return (
    <div className={css['row']} data-kind={isLong ? 'lines' : field.kind} data-field={name}>
      <label htmlFor={id} className={css['label']}>
        {text(field.label)}
      </label>
      <div className={css['control']}>
        <FieldInput node={node} name={name} field={field} id={id} describedBy={`${id}-help`} />
      </div>
      <p id={`${id}-help`} className={css['help']}>
        {text(field.help)}
        {range === undefined ? null : (
          <>
            {' '}
            <span className={css['range']}>{t('inspector.range', range)}</span>
          </>
        )}
      </p>
      <ExposureSelect node={node} name={name} field={field} />
      {problems.map(({ message }) => (
        <p key={message.en} className={css['problem']}>
          {text(message)}
        </p>
      ))}
    </div>
  );
}

function rangeOf(field: Field): { min: string; max: string; default: string } | undefined {
  if (field.kind !== 'integer' && field.kind !== 'number') return undefined;
  const open = field.kind === 'number' ? field : undefined;
  return {
    min: `${open?.exclusiveMin ? '> ' : ''}${formatNumber(field.min)}`,
    max: `${open?.exclusiveMax ? '< ' : ''}${formatNumber(field.max)}`,
    default: formatNumber(field.default),
  };
}
