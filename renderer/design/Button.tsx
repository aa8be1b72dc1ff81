import { type ComponentProps, forwardRef, type ReactNode } from 'react';
import css from './Button.module.css';
import { Tooltip } from './Tooltip.tsx';

type Variant = 'primary' | 'secondary' | 'ghost' | 'danger';

interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: Variant;
  readonly icon?: ReactNode;
}

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { variant = 'secondary', icon, children, className, ...rest },
  ref,
) {
  return (
    <button
      ref={ref}
      type="button"
      className={[css['button'], css[variant], className].filter(Boolean).join(' ')}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
});

interface IconButtonProps extends ComponentProps<'button'> {
  /** Its accessible name and its tooltip. */
  readonly label: string;
  /** The key that does the same, such as `$mod+Z`. */
  readonly keys?: string | undefined;
  readonly variant?: Variant;
}

/** A square button that shows only an icon; its name and key appear on hover and focus. */
export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { label, keys, variant = 'ghost', className, children, ...rest },
  ref,
) {
  return (
    <Tooltip content={label} keys={keys}>
      <button
        ref={ref}
        type="button"
        aria-label={label}
        className={[css['button'], css['icon'], css[variant], className].filter(Boolean).join(' ')}
        {...rest}
      >
        {children}
      </button>
    </Tooltip>
  );
});
