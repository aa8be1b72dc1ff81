import { CircleAlert, CornerLeftUp, File, Folder } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { openedFiles } from '../../engine/data/sources/index.ts';
import type { FolderEntry, FolderListing } from '../../engine/protocol/data-messages.ts';
import { formatBytes } from '../charts/figures.ts';
import { Button } from '../design/Button.tsx';
import { Dialog } from '../design/Dialog.tsx';
import { PathForm } from '../design/PathForm.tsx';
import { takeFiles } from '../document/data-commands.ts';
import { useNode } from '../document/store.ts';
import { engine, refusalOf } from '../engine/run-store.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';
import { closeDataDialog, useDataDialog } from './data-dialog.ts';
import { KnownSets } from './KnownSets.tsx';
import css from './OpenDataDialog.module.css';
import { PreparingImages } from './PreparingImages.tsx';
import { cancelPreparing, usePreparing } from './preparing.ts';

/** From the last key that is pressed. */
const followsAfterMs = 250;

/** Asks for a file or a folder on the machine that the engine runs on, and what lies there becomes a node's data. */
export function OpenDataDialog() {
  const id = useDataDialog((state) => state.node);
  return id === undefined ? null : <Asking key={id} id={id} />;
}

function Asking({ id }: { readonly id: string }) {
  const t = useT();
  const text = useText();
  const node = useNode(id);
  const [path, setPath] = useState('');
  const [listing, setListing] = useState<FolderListing>();
  const [refusal, setRefusal] = useState<string>();
  const [isReading, setReading] = useState(false);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);

  const browse = useCallback(
    async (
      folder: string | undefined,
      takes: 'always' | 'untyped' | 'never' = 'always',
    ): Promise<boolean> => {
      try {
        const found = await engine().request('listFolder', folder === undefined ? {} : { path: folder });
        setListing(found);
        // What a person has begun to type stays.
        if (takes !== 'never') setPath((now) => (takes === 'always' || now === '' ? found.path : now));
        if (takes === 'always') setRefusal(undefined);
        return true;
      } catch (error) {
        if (takes === 'always') setRefusal(text(refusalOf(error).message));
        return false;
      }
    },
    [text],
  );
  const before = node === undefined ? undefined : openedFiles(node.params)?.path;
  useEffect(() => {
    // Where the files lay before; their folder may be gone.
    void browse(before, 'untyped').then((there) => there || browse(undefined, 'untyped'));
  }, [browse, before]);

  const shown = listing?.path;
  useEffect(() => {
    if (path === '' || path === shown) return undefined;
    // The list follows what is typed, as far as that is a folder.
    const timer = setTimeout(() => void browse(path, 'never'), followsAfterMs);
    return () => clearTimeout(timer);
  }, [browse, path, shown]);

  const open = async (from: string): Promise<void> => {
    if (from.trim() === '') return;
    setReading(true);
    setRefusal(undefined);
    try {
      const opened = await engine().request('openData', { path: from });
      // Who has gone away meanwhile does not want them any more.
      if (!isShown.current) return;
      takeFiles(id, opened, node?.name ?? id);
      closeDataDialog();
    } catch (error) {
      // Perhaps it is the folder above the one that was meant.
      await browse(from, 'never');
      setRefusal(text(refusalOf(error).message));
      setReading(false);
    }
  };
  const leave = (): void => {
    if (isReading) for (const images of usePreparing.getState().preparing) void cancelPreparing(images.path);
    closeDataDialog();
  };
  const openKnown = async (known: string): Promise<void> => {
    // A download may end long after the dialog was closed.
    if (!isShown.current) return;
    setPath(known);
    await open(known);
  };
  const choose = async (what: 'file' | 'folder'): Promise<void> => {
    const chosen = await shell.choosePath?.(what);
    if (chosen === undefined) return;
    setPath(chosen);
    await open(chosen);
  };

  return (
    <Dialog
      open
      onOpenChange={leave}
      title={t('data.openTitle')}
      description={t('data.openText')}
      actions={
        <>
          {shell.choosePath === undefined ? null : (
            <span className={css['native']}>
              <Button onClick={() => void choose('file')}>{t('data.chooseFile')}</Button>
              <Button onClick={() => void choose('folder')}>{t('data.chooseFolder')}</Button>
            </span>
          )}
          <Button onClick={leave}>{t('common.cancel')}</Button>
          <Button
            variant="primary"
            disabled={isReading || path.trim() === ''}
            onClick={() => void open(path)}
          >
            {t(isReading ? 'data.reading' : 'data.openThis')}
          </Button>
        </>
      }
    >
      <KnownSets isBusy={isReading} onOpen={(known) => void openKnown(known)} />
      <PathForm
        label={t('data.path')}
        hint={t('data.pathHint')}
        value={path}
        onChange={setPath}
        onSubmit={() => void open(path)}
      >
        <Button
          disabled={listing?.parent === undefined}
          icon={<CornerLeftUp size={14} aria-hidden />}
          onClick={() => void browse(listing?.parent)}
        >
          {t('data.up')}
        </Button>
      </PathForm>
      {isReading ? (
        <div className={css['preparing']}>
          <PreparingImages />
        </div>
      ) : null}
      {refusal === undefined ? null : (
        <p className={css['refusal']} role="alert">
          <CircleAlert size={14} aria-hidden />
          <span>{refusal}</span>
        </p>
      )}
      <FolderList
        listing={listing}
        chosen={path}
        onFolder={(folder) => void browse(folder)}
        onFile={setPath}
        onOpen={(file) => void open(file)}
      />
    </Dialog>
  );
}

interface FolderListProps {
  readonly listing: FolderListing | undefined;
  readonly chosen: string;
  readonly onFolder: (path: string) => void;
  readonly onFile: (path: string) => void;
  readonly onOpen: (path: string) => void;
}

/** What lies in the folder: a press goes into a folder or takes a file, a second one on a file opens it. */
function FolderList({ listing, chosen, onFolder, onFile, onOpen }: FolderListProps) {
  const t = useT();
  if (listing === undefined) return <div className={css['list']} />;
  const separator = listing.path.includes('\\') ? '\\' : '/';
  const pathOf = ({ name }: FolderEntry): string =>
    listing.path.endsWith(separator) ? `${listing.path}${name}` : `${listing.path}${separator}${name}`;
  return (
    <ul className={css['list']} aria-label={t('data.folder')}>
      {listing.entries.length === 0 ? <li className={css['empty']}>{t('data.emptyFolder')}</li> : null}
      {listing.entries.map((entry) => {
        const path = pathOf(entry);
        return (
          <li key={entry.name}>
            <button
              type="button"
              className={css['entry']}
              aria-pressed={entry.isFolder ? undefined : path === chosen}
              onClick={() => (entry.isFolder ? onFolder(path) : onFile(path))}
              onDoubleClick={() => (entry.isFolder ? undefined : onOpen(path))}
            >
              {entry.isFolder ? <Folder size={14} aria-hidden /> : <File size={14} aria-hidden />}
              <span className={css['name']} title={entry.name}>
                {entry.name}
              </span>
              {entry.isFolder ? null : <span className={css['size']}>{formatBytes(entry.sizeBytes)}</span>}
            </button>
          </li>
        );
      })}
      {listing.more === 0 ? null : (
        <li className={css['empty']}>{t('data.moreEntries', { count: listing.more })}</li>
      )}
    </ul>
  );
}
