import type { FoundFiles } from './found-files.ts';
import type { Text } from './text.ts';

/**
 * What a layer, loss, optimizer, initializer or data source lets a person set.
 * The inspector's form, the validator and the defaults all come from here.
 */
interface FieldBase {
  readonly label: Text;
  readonly help: Text;
  /** Shown after the value; absent for pure numbers. */
  readonly unit?: Text;
  /** It is set in a form of its own, not in the list of fields. */
  readonly isShownApart?: true;
  /** The field is shown, and counts, only while the other field has one of these values. */
  readonly when?: { readonly field: string; readonly is: readonly ParamValue[] };
}

export interface IntegerField extends FieldBase {
  readonly kind: 'integer';
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export interface NumberField extends FieldBase {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly default: number;
  /** The bound itself is not allowed. */
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
  /** How far one press of an arrow key moves the value. */
  readonly step: number;
}

export interface ChoiceField extends FieldBase {
  readonly kind: 'choice';
  readonly options: readonly { readonly value: string; readonly label: Text }[];
  readonly default: string;
}

export interface BooleanField extends FieldBase {
  readonly kind: 'boolean';
  readonly default: boolean;
}

/** A text whose form the layer checks, such as a shape `8, 8`. */
export interface TextField extends FieldBase {
  readonly kind: 'text';
  /** It has lines. */
  readonly isLong?: true;
  /** What it may be made of, told where there is room for a list. */
  readonly words?: readonly string[];
  readonly maxLength: number;
  readonly default: string;
}

/** Files that were opened, with what was found in them: opening sets it, never typing. */
export interface FilesField extends FieldBase {
  readonly kind: 'files';
  readonly default: FoundFiles;
}

export type Field = IntegerField | NumberField | ChoiceField | BooleanField | TextField | FilesField;
export type Fields = Readonly<Record<string, Field>>;

export type ParamValue = number | string | boolean | FoundFiles;
/** A value as it stands in a sentence or a choice; of files, where they lie. */
export const paramText = (value: ParamValue | undefined): string =>
  typeof value === 'object' ? value.path : String(value);

export type Params = Readonly<Record<string, ParamValue>>;

type ValueOf<F extends Field> = F extends { kind: 'integer' | 'number' }
  ? number
  : F extends { kind: 'choice' | 'text' }
    ? string
    : F extends { kind: 'files' }
      ? FoundFiles
      : boolean;

/** The parameter object that a set of fields describes. */
export type ParamsOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** Every field at its default. */
export function defaultParams<F extends Fields>(fields: F): ParamsOf<F> {
  const entries = Object.entries(fields).map(([name, field]) => [name, field.default]);
  return Object.fromEntries(entries) as ParamsOf<F>;
}
