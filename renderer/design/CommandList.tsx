import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import css from './CommandList.module.css';
import { type CommandGroup, rankedGroups } from './ranked.ts';

interface CommandListProps<T> {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly placeholder: string;
  readonly groups: readonly CommandGroup<T>[];
  readonly keyOf: (item: T) => string;
  /** Undefined for what does not answer what was typed; the less, the better it does. Equals stay in their order. */
  readonly rankOf: (item: T, query: string) => number | undefined;
  readonly show: (item: T) => ReactNode;
  readonly choose: (item: T) => void;
  readonly empty: string;
  /** How many of a group are shown at most: whoever looks for more types more. */
  readonly mostOfEach?: number;
}

/** Enter right after the last letter comes before the list has marked its first entry: take that one all the same. */
function takeFirst(event: KeyboardEvent<HTMLInputElement>): void {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
  const options = event.currentTarget
    .closest('[role="dialog"]')
    ?.querySelectorAll<HTMLElement>('[role="option"]');
  if (options === undefined || [...options].some((option) => 'highlighted' in option.dataset)) return;
  event.preventDefault();
  options[0]?.click();
}

/** A list over the page that is searched by typing: arrows move, Enter takes, Escape leaves. */
export function CommandList<T>(props: CommandListProps<T>) {
  const {
    open,
    onClose,
    title,
    placeholder,
    groups,
    keyOf,
    rankOf,
    show,
    choose,
    empty,
    mostOfEach = Infinity,
  } = props;
  const [query, setQuery] = useState('');
  // The keyboard goes there at once: whoever opened the list types already.
  const input = useRef<HTMLInputElement>(null);
  const takeKeyboard = useCallback((element: HTMLInputElement | null) => {
    input.current = element;
    element?.focus();
  }, []);
  // It may be opened anew while it still fades out, with what was typed before.
  const [wasOpen, setWasOpen] = useState(open);
  if (wasOpen !== open) {
    setWasOpen(open);
    if (open) setQuery('');
  }
  useEffect(() => {
    if (open) input.current?.focus();
  }, [open]);
  const found = open
    ? rankedGroups(groups, (item) => rankOf(item, query)).map((group) => ({
        ...group,
        items: group.items.slice(0, mostOfEach),
      }))
    : [];
  return (
    <Dialog.Root open={open} onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Viewport className={css['viewport']}>
          <Dialog.Popup className={css['popup']} aria-label={title}>
            <Autocomplete.Root
              open
              inline
              value={query}
              onValueChange={setQuery}
              items={groups as CommandGroup<T>[]}
              filteredItems={found as CommandGroup<T>[]}
              autoHighlight="always"
              keepHighlight
              itemToStringValue={(item: unknown) => keyOf(item as T)}
            >
              <div className={css['search']}>
                <Search size={16} aria-hidden />
                <Autocomplete.Input
                  ref={takeKeyboard}
                  className={css['input']}
                  aria-label={title}
                  placeholder={placeholder}
                  onKeyDown={takeFirst}
                />
              </div>
              <Autocomplete.Empty>
                <p className={css['empty']}>{empty}</p>
              </Autocomplete.Empty>
              <Autocomplete.List className={css['list']}>
                {(group: CommandGroup<T>) => (
                  <Autocomplete.Group key={group.value} items={group.items}>
                    <Autocomplete.GroupLabel className={css['group']}>{group.value}</Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(item: T) => (
                        <Autocomplete.Item
                          key={keyOf(item)}
                          value={item}
                          className={css['item']}
                          onClick={() => {
                            onClose();
                            choose(item);
                          }}
                        >
                          {show(item)}
                        </Autocomplete.Item>
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </Autocomplete.Root>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
