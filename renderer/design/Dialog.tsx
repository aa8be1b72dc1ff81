import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useT } from '../i18n/i18n.ts';
import css from './Dialog.module.css';

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  /** Buttons at the lower edge. */
  readonly actions?: ReactNode;
  readonly size?: 'small' | 'medium' | 'large';
  /** Nothing in it takes the keyboard: the text itself does, so that it can be scrolled. */
  readonly isText?: boolean;
  readonly children?: ReactNode;
}

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  actions,
  size = 'medium',
  isText = false,
  children,
}: DialogProps) {
  const t = useT();
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={css['backdrop']} />
        <Base.Viewport className={css['viewport']}>
          <Base.Popup className={css['popup']} data-size={size}>
            <header className={css['header']}>
              <Base.Title className={css['title']}>{title}</Base.Title>
              {/* No tooltip: it would open with the dialog, whose first focus this button gets. */}
              <Base.Close className={css['close']} aria-label={t('common.close')}>
                <X size={16} aria-hidden />
              </Base.Close>
            </header>
            {description === undefined ? null : (
              <Base.Description className={css['description']} render={<div />}>
                {description}
              </Base.Description>
            )}
            {children === undefined ? null : (
              <div className={css['body']} {...(isText && { tabIndex: 0 })}>
                {children}
              </div>
            )}
            {actions === undefined ? null : <footer className={css['actions']}>{actions}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
