import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { KeyCaps } from './KeyCaps.tsx';
import css from './Tooltip.module.css';

interface TooltipProps {
  readonly content: ReactNode;
  readonly keys?: string | undefined;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  readonly children: ReactElement<Record<string, unknown>>;
}

/** Shows a line beside its child on hover and keyboard focus. The child keeps its own accessible name. */
export function Tooltip({ content, keys, side = 'bottom', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className={css['positioner']}>
          <Base.Popup className={css['popup']}>
            {content}
            {keys === undefined ? null : <KeyCaps binding={keys} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export const TooltipProvider = ({ children }: { readonly children: ReactNode }) => (
  <Base.Provider delay={450} closeDelay={0} timeout={300}>
    {children}
  </Base.Provider>
);
