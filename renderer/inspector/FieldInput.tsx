import { type Field, type ParamValue, paramText } from '../../engine/declaration/fields.ts';
import { declarationOf } from '../../engine/document/blocks.ts';
import { completeParams } from '../../engine/document/check-params.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { NumberField } from '../design/NumberField.tsx';
import { Select } from '../design/Select.tsx';
import { Switch } from '../design/Switch.tsx';
import { TextField } from '../design/TextField.tsx';
import { setParam } from '../document/commands.ts';
import { useDocumentStore } from '../document/store.ts';
import { useText } from '../i18n/i18n.ts';

interface FieldInputProps {
  readonly node: DocumentNode;
  readonly name: string;
  readonly field: Field;
  readonly id?: string;
  readonly describedBy?: string;
  /** On the node itself: small, and left out of the Tab order, which walks the nodes. */
  readonly inline?: boolean;
}

/** The control that a parameter's declaration asks for. */
export function FieldInput({ node, name, field, inline = false, ...given }: FieldInputProps) {
  const blocks = useDocumentStore((state) => state.document.blocks);
  const fields = declarationOf(blocks, node.type)?.fields ?? {};
  const value = completeParams(fields, node.params)[name] ?? field.default;
  return (
    <ParamInput
      field={field}
      value={value}
      onChange={(next) => setParam(node.id, name, next)}
      inline={inline}
      owner={node.name}
      {...given}
    />
  );
}

interface ParamInputProps {
  readonly field: Field;
  readonly value: ParamValue;
  readonly onChange: (value: ParamValue) => void;
  readonly inline?: boolean;
  readonly id?: string;
  readonly describedBy?: string;
  /** Whose parameter it is, for a name that stands alone. */
  readonly owner?: string;
}

/** The same for any declared field, of a layer or an optimizer. */
export function ParamInput({ field, value, onChange, inline = false, owner, ...given }: ParamInputProps) {
  const text = useText();
  const label = inline && owner !== undefined ? `${owner} ${text(field.label)}` : text(field.label);
  const tab = inline ? { tabIndex: -1 } : {};
  switch (field.kind) {
    case 'integer':
    case 'number':
      return (
        <NumberField
          label={label}
          value={typeof value === 'number' ? value : field.default}
          onChange={onChange}
          min={field.min}
          max={field.max}
          integer={field.kind === 'integer'}
          step={field.kind === 'integer' ? 1 : field.step}
          {...(field.kind === 'number' &&
            field.exclusiveMin !== undefined && { exclusiveMin: field.exclusiveMin })}
          {...(field.kind === 'number' &&
            field.exclusiveMax !== undefined && { exclusiveMax: field.exclusiveMax })}
          {...(field.unit && { unit: text(field.unit) })}
          inline={inline}
          {...tab}
          {...given}
        />
      );
    case 'choice':
      return (
        <Select
          label={label}
          value={paramText(value)}
          options={field.options.map((option) => ({ value: option.value, label: text(option.label) }))}
          onChange={onChange}
          inline={inline}
          {...tab}
          {...(given.id !== undefined && { id: given.id })}
        />
      );
    case 'text':
      return (
        <TextField
          isLong={field.isLong === true}
          label={label}
          value={paramText(value)}
          onChange={onChange}
          maxLength={field.maxLength}
          inline={inline}
          {...tab}
          {...given}
        />
      );
    // Opened by a form of its own (renderer/data).
    case 'files':
      return null;
    case 'boolean':
      return (
        <Switch
          label={label}
          checked={value === true}
          onChange={onChange}
          {...(given.id !== undefined && { id: given.id })}
        />
      );
  }
}
