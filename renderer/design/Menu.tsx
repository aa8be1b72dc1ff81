import { Menu as Base } from '@base-ui/react/menu';
import { Check, ChevronRight } from 'lucide-react';
import type { ComponentProps, ReactElement } from 'react';
import css from './Menu.module.css';
import { keyLabel } from './platform.ts';

export type MenuEntry =
  | { readonly kind: 'line'; readonly id: string }
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly label: string;
      readonly keys?: string | undefined;
      readonly disabled?: boolean | undefined;
      readonly run: () => void;
    }
  | {
      /** Something that is on or off; the menu stays open. */
      readonly kind: 'check';
      readonly id: string;
      readonly label: string;
      readonly on: boolean;
      readonly toggle: () => void;
    }
  | { readonly kind: 'note'; readonly id: string; readonly text: string }
  | {
      readonly kind: 'choice';
      readonly id: string;
      readonly label: string;
      readonly value: string;
      /** `swatch` is a CSS colour to show before the label. */
      readonly options: readonly {
        readonly value: string;
        readonly label: string;
        readonly swatch?: string;
      }[];
      readonly choose: (value: string) => void;
    }
  | {
      readonly kind: 'menu';
      readonly id: string;
      readonly label: string;
      readonly entries: readonly MenuEntry[];
    };

type Anchor = ComponentProps<typeof Base.Positioner>['anchor'];

interface MenuProps {
  readonly entries: readonly MenuEntry[];
  /** The button that opens it; without one, `open` and `anchor` say when and where. */
  readonly trigger?: ReactElement<Record<string, unknown>>;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly anchor?: Anchor;
}

export function Menu({ entries, trigger, open, onOpenChange, anchor }: MenuProps) {
  return (
    <Base.Root
      {...(open !== undefined && { open })}
      {...(onOpenChange && { onOpenChange: (next: boolean) => onOpenChange(next) })}
      modal={false}
    >
      {trigger === undefined ? null : <Base.Trigger render={trigger} />}
      <MenuPopup entries={entries} anchor={anchor} side="bottom" />
    </Base.Root>
  );
}

interface MenuPopupProps {
  readonly entries: readonly MenuEntry[];
  readonly anchor?: Anchor;
  readonly side: 'bottom' | 'inline-end';
}

function MenuPopup({ entries, anchor, side }: MenuPopupProps) {
  return (
    <Base.Portal>
      <Base.Positioner
        className={css['positioner']}
        side={side}
        align="start"
        sideOffset={side === 'bottom' ? 4 : 2}
        collisionPadding={8}
        {...(anchor !== undefined && { anchor })}
      >
        <Base.Popup className={css['popup']}>
          {entries.map((entry) => (
            <MenuRow key={entry.id} entry={entry} />
          ))}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

function MenuRow({ entry }: { readonly entry: MenuEntry }) {
  switch (entry.kind) {
    case 'line':
      return <Base.Separator className={css['line']} />;
    case 'item':
      return (
        <Base.Item className={css['item']} disabled={entry.disabled ?? false} onClick={entry.run}>
          <span className={css['label']}>{entry.label}</span>
          {entry.keys === undefined ? null : <kbd className={css['keys']}>{keyLabel(entry.keys)}</kbd>}
        </Base.Item>
      );
    case 'check':
      return (
        <Base.CheckboxItem className={css['item']} checked={entry.on} onCheckedChange={entry.toggle}>
          <span className={css['label']}>{entry.label}</span>
          <Base.CheckboxItemIndicator className={css['check']}>
            <Check size={14} aria-hidden />
          </Base.CheckboxItemIndicator>
        </Base.CheckboxItem>
      );
    case 'note':
      return <p className={css['note']}>{entry.text}</p>;
    case 'choice':
      return (
        <Base.RadioGroup value={entry.value} onValueChange={(value: string) => entry.choose(value)}>
          <Base.Group>
            <Base.GroupLabel className={css['heading']}>{entry.label}</Base.GroupLabel>
            {entry.options.map(({ value, label, swatch }) => (
              <Base.RadioItem key={value} value={value} className={css['item']} closeOnClick>
                {swatch === undefined ? null : (
                  <i aria-hidden className={css['swatch']} style={{ background: swatch }} />
                )}
                <span className={css['label']}>{label}</span>
                <Base.RadioItemIndicator className={css['check']}>
                  <Check size={14} aria-hidden />
                </Base.RadioItemIndicator>
              </Base.RadioItem>
            ))}
          </Base.Group>
        </Base.RadioGroup>
      );
    case 'menu':
      return (
        <Base.SubmenuRoot>
          <Base.SubmenuTrigger className={css['item']} disabled={entry.entries.length === 0}>
            <span className={css['label']}>{entry.label}</span>
            <ChevronRight size={14} aria-hidden className={css['more']} />
          </Base.SubmenuTrigger>
          <MenuPopup entries={entry.entries} side="inline-end" />
        </Base.SubmenuRoot>
      );
  }
}
