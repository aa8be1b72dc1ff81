import { Switch as Base } from '@base-ui/react/switch';
import css from './Switch.module.css';

interface SwitchProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly id?: string;
}

export function Switch({ label, checked, onChange, disabled = false, id }: SwitchProps) {
  return (
    <Base.Root
      id={id}
      aria-label={label}
      checked={checked}
      disabled={disabled}
      onCheckedChange={onChange}
      className={css['track']}
    >
      <Base.Thumb className={css['thumb']} />
    </Base.Root>
  );
}
