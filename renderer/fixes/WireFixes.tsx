import { Wrench } from 'lucide-react';
import { type ReactElement, useMemo, useState } from 'react';
import { showPlace } from '../canvas/show-place.ts';
import { Menu, type MenuEntry } from '../design/Menu.tsx';
import { applyFix, fixesNow } from '../document/fixes.ts';
import { useDocumentStore } from '../document/store.ts';
import { useT, useText } from '../i18n/i18n.ts';

interface WireFixesProps {
  /** The node that cannot do anything with what the wire brings. */
  readonly node: string;
  readonly className: string | undefined;
  readonly style: React.CSSProperties;
  readonly label: string;
  readonly data: Record<`data-${string}`, string | boolean | undefined>;
}

/** The label of a wire that does not fit: pressed, it offers what helps. */
export function WireFixes({ node, className, style, label, data }: WireFixesProps): ReactElement {
  const t = useT();
  const text = useText();
  const [open, setOpen] = useState(false);
  const problemsOf = useDocumentStore((state) => state.problemsOf);
  const level = useDocumentStore((state) => state.level);
  const entries = useMemo((): MenuEntry[] => {
    if (!open) return [];
    const start = level.map((id) => `${id}/`).join('');
    const place = start + node;
    const fixes = (problemsOf.get(node) ?? [])
      .filter(({ severity, code }) => severity === 'error' && code !== 'missing-wire')
      .flatMap(fixesNow);
    return [
      ...fixes.map(
        (fix): MenuEntry => ({
          kind: 'item',
          id: fix.label.en,
          label: text(fix.label),
          run: () => applyFix(fix),
        }),
      ),
      ...(fixes.length > 0 ? [{ kind: 'line', id: 'line' } as const] : []),
      { kind: 'item', id: 'show', label: t('fixes.show'), run: () => void showPlace({ node: place }) },
    ];
  }, [open, problemsOf, level, node, text, t]);
  return (
    <Menu
      entries={entries}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          className={`${className} nodrag nopan`}
          style={style}
          title={t('fixes.title')}
          {...data}
        >
          {label}
          <Wrench size={10} aria-hidden />
        </button>
      }
    />
  );
}
