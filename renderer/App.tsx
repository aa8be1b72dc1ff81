import { lazy, Suspense, useEffect, useState } from 'react';
import type { NetwrightDocument } from '../engine/document/schema.ts';
import css from './App.module.css';
import { ConnectList } from './canvas/ConnectList.tsx';
import { useDataDialog } from './data/data-dialog.ts';
import { TooltipProvider } from './design/Tooltip.tsx';
import { Toasts } from './design/toast.tsx';
import { hasUnsavedChanges, useDocumentStore } from './document/store.ts';
import { Gallery } from './gallery/Gallery.tsx';
import { HistoryList } from './history/HistoryList.tsx';
import { CommandPalette } from './keys/CommandPalette.tsx';
import { KeyMap } from './keys/KeyMap.tsx';
import { startKeys } from './keys/key-bindings.ts';
import { AddLayer } from './palette/AddLayer.tsx';
import { ReplaceList } from './palette/ReplaceList.tsx';
import { shell } from './shell/current.ts';
import { StatusBar } from './training/StatusBar.tsx';
import { fetchedAhead } from './workspace/fetched-ahead.tsx';
import { Header } from './workspace/Header.tsx';
import { RefusedFileDialog } from './workspace/RefusedFile.tsx';
import { showOverlay, useWorkspace } from './workspace/state.ts';
import { UnsavedDialog } from './workspace/UnsavedDialog.tsx';

/** The gallery comes first; the other pages are fetched while it is looked at. */
const BuildPage = fetchedAhead(async () => (await import('./workspace/BuildPage.tsx')).BuildPage);
const DataPage = fetchedAhead(async () => (await import('./data-page/DataPage.tsx')).DataPage);
const ModelsPage = fetchedAhead(async () => (await import('./models/ModelsPage.tsx')).ModelsPage);
const LearnPage = fetchedAhead(async () => (await import('./learn/LearnPage.tsx')).LearnPage);
const PictureDialog = lazy(async () => ({
  default: (await import('./picture/PictureDialog.tsx')).PictureDialog,
}));
const OpenDataDialog = lazy(async () => ({
  default: (await import('./data/OpenDataDialog.tsx')).OpenDataDialog,
}));

/** The window: header, page, status; and what stands over them. */
export function App({ recovered }: { readonly recovered: NetwrightDocument | undefined }) {
  const page = useWorkspace((state) => state.page);
  const overlay = useWorkspace((state) => state.overlay);
  const isOpeningData = useDataDialog((state) => state.node !== undefined);
  const [offered, setOffered] = useState(recovered);
  useWindowTitle();
  useEffect(() => startKeys(), []);
  useEffect(() => {
    BuildPage.fetch();
    DataPage.fetch();
    ModelsPage.fetch();
  }, []);
  return (
    <TooltipProvider>
      <div className={css['window']}>
        <Header />
        <main className={css['page']}>
          {page === 'gallery' ? (
            <Gallery recovered={offered} onRecoveryDone={() => setOffered(undefined)} />
          ) : null}
          <Suspense fallback={<h1 className="visually-hidden">Netwright</h1>}>
            {page === 'build' ? <BuildPage /> : null}
            {page === 'data' ? <DataPage /> : null}
            {page === 'models' ? <ModelsPage /> : null}
            {page === 'learn' ? <LearnPage /> : null}
          </Suspense>
        </main>
        <footer className={css['status']}>
          <StatusBar />
        </footer>
      </div>
      <AddLayer open={overlay === 'add'} />
      <ConnectList open={overlay === 'connect'} />
      <CommandPalette open={overlay === 'palette'} />
      <ReplaceList open={overlay === 'replace'} />
      <Suspense>{overlay === 'picture' ? <PictureDialog /> : null}</Suspense>
      <Suspense>{isOpeningData ? <OpenDataDialog /> : null}</Suspense>
      <HistoryList open={overlay === 'history'} />
      <KeyMap open={overlay === 'keys'} onClose={() => showOverlay(undefined)} />
      <RefusedFileDialog />
      <UnsavedDialog />
      <Toasts />
    </TooltipProvider>
  );
}

/** The title names the document, with a mark while it has changes that are not saved; leaving then asks first. */
function useWindowTitle(): void {
  const name = useDocumentStore((state) => state.project.name);
  const unsaved = useDocumentStore(hasUnsavedChanges);
  const page = useWorkspace((state) => state.page);
  useEffect(() => {
    shell.setTitle(page === 'gallery' && !unsaved ? 'Netwright' : `${name} – Netwright`, unsaved);
  }, [name, unsaved, page]);
  useEffect(() => {
    if (!unsaved) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsaved]);
}
