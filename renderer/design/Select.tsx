import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import css from './Select.module.css';

export interface Option<V extends string> {
  readonly value: V;
  readonly label: string;
  /** A second, quieter line in the list. */
  readonly detail?: string;
}

interface SelectProps<V extends string> {
  readonly label: string;
  readonly value: V | null;
  readonly options: readonly Option<V>[];
  readonly onChange: (value: V) => void;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly id?: string;
  readonly className?: string | undefined;
  /** Inside a node: smaller. */
  readonly inline?: boolean;
  readonly tabIndex?: number;
}

export function Select<V extends string>({
  label,
  value,
  options,
  onChange,
  placeholder,
  disabled = false,
  id,
  className,
  inline = false,
  tabIndex,
}: SelectProps<V>) {
  return (
    <Base.Root
      value={value}
      items={options}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null) onChange(next as V);
      }}
    >
      <Base.Trigger
        id={id}
        aria-label={label}
        data-inline={inline || undefined}
        {...(tabIndex !== undefined && { tabIndex })}
        className={[css['trigger'], 'nodrag', className].filter(Boolean).join(' ')}
      >
        <Base.Value placeholder={placeholder} className={css['value']} />
        <Base.Icon className={css['icon']}>
          <ChevronsUpDown size={12} aria-hidden />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner
          className={css['positioner']}
          sideOffset={4}
          alignItemWithTrigger={false}
          align="start"
          collisionPadding={8}
        >
          <Base.Popup className={css['popup']}>
            <Base.List className={css['list']}>
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} className={css['item']}>
                  <Base.ItemText className={css['text']}>{option.label}</Base.ItemText>
                  {option.detail === undefined ? null : (
                    <span className={css['detail']}>{option.detail}</span>
                  )}
                  <Base.ItemIndicator className={css['indicator']}>
                    <Check size={14} aria-hidden />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
