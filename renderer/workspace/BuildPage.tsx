import { PanelLeftOpen, PanelRightOpen, Plus } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Group, Panel, Separator, useDefaultLayout, usePanelRef } from 'react-resizable-panels';
import { Canvas } from '../canvas/Canvas.tsx';
import { IconButton } from '../design/Button.tsx';
import { noticesIn } from '../design/toast.tsx';
import { useDocumentStore } from '../document/store.ts';
import { useT } from '../i18n/i18n.ts';
import { Inspector } from '../inspector/Inspector.tsx';
import { ProblemList } from '../inspector/ProblemList.tsx';
import { Palette } from '../palette/Palette.tsx';
import { TourCard } from '../tour/TourCard.tsx';
import { BottomPanel } from '../training/BottomPanel.tsx';
import css from './BuildPage.module.css';
import { ReadOnly } from './ReadOnly.tsx';
import { showOverlay } from './state.ts';

/** Below this width the palette gives its place to the canvas and becomes a button. */
const narrow = '(max-width: 1279px)';

/** Palette, canvas and inspector over the panel of what is learned; every border can be dragged and is remembered. */
export function BuildPage() {
  const t = useT();
  const name = useDocumentStore((state) => state.project.name);
  const isNarrow = useMedia(narrow);
  const columns = useDefaultLayout({
    id: isNarrow ? 'netwright.columns.narrow' : 'netwright.columns',
    panelIds: isNarrow ? ['canvas', 'inspector'] : ['palette', 'canvas', 'inspector'],
    onlySaveAfterUserInteractions: true,
  });
  const rows = useDefaultLayout({
    id: 'netwright.rows',
    panelIds: ['drawing', 'panel'],
    onlySaveAfterUserInteractions: true,
  });
  return (
    <>
      <h1 className="visually-hidden">{t('app.buildTitle', { name })}</h1>
      <Group orientation="vertical" className={css['rows']} {...rows}>
        <Panel id="drawing" minSize={180}>
          <Group key={String(isNarrow)} orientation="horizontal" {...columns}>
            {isNarrow ? null : (
              <Side id="palette" side="left" size={208} min={168} max={320}>
                <Palette />
              </Side>
            )}
            <Panel id="canvas" minSize={260} className={css['canvas']}>
              <ReadOnly />
              <TourCard />
              {/* The canvas can be moved from below notices; what the other panels say is being read. */}
              <div ref={noticesIn} className={css['drawing']}>
                <Canvas />
                {isNarrow ? <AddButton /> : null}
              </div>
            </Panel>
            <Side id="inspector" side="right" size={292} min={248} max={440}>
              <Inspector />
            </Side>
          </Group>
        </Panel>
        <Separator className={css['rowBorder']} />
        <Panel id="panel" defaultSize="36%" minSize={120} groupResizeBehavior="preserve-pixel-size">
          <BottomPanel problems={<ProblemList />} />
        </Panel>
      </Group>
    </>
  );
}

interface SideProps {
  readonly id: 'palette' | 'inspector';
  readonly side: 'left' | 'right';
  readonly size: number;
  readonly min: number;
  readonly max: number;
  readonly children: ReactNode;
}

/** A panel at the side of the canvas that folds away when it is dragged shut, and leaves a button behind. */
function Side({ id, side, size, min, max, children }: SideProps) {
  const t = useT();
  const panel = usePanelRef();
  const [folded, setFolded] = useState(false);
  const border = <Separator className={css['columnBorder']} />;
  const Icon = side === 'left' ? PanelLeftOpen : PanelRightOpen;
  return (
    <>
      {side === 'right' ? border : null}
      <Panel
        id={id}
        panelRef={panel}
        defaultSize={size}
        minSize={min}
        maxSize={max}
        collapsible
        collapsedSize={36}
        groupResizeBehavior="preserve-pixel-size"
        onResize={({ inPixels }) => setFolded(inPixels < min - 1)}
      >
        <aside
          className={css['side']}
          aria-label={t(`app.${id}`)}
          data-inspector={id === 'inspector' || undefined}
        >
          {folded ? (
            <div className={css['folded']}>
              <IconButton
                label={t(side === 'left' ? 'app.showPalette' : 'app.showInspector')}
                onClick={() => panel.current?.expand()}
              >
                <Icon size={16} aria-hidden />
              </IconButton>
            </div>
          ) : (
            children
          )}
        </aside>
      </Panel>
      {side === 'left' ? border : null}
    </>
  );
}

function AddButton() {
  const t = useT();
  return (
    <div className={css['add']}>
      <IconButton
        variant="secondary"
        label={t('palette.addLayer')}
        keys="/"
        onClick={() => showOverlay('add')}
      >
        <Plus size={17} aria-hidden />
      </IconButton>
    </div>
  );
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const update = (): void => setMatches(list.matches);
    list.addEventListener('change', update);
    update();
    return () => list.removeEventListener('change', update);
  }, [query]);
  return matches;
}
