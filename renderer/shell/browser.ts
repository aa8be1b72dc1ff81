import { readBlocks, writeBlocks } from './browser-blocks.ts';
import { connectSocket } from './browser-engine.ts';
import { openFile, openHandle, saveFile, writeFile } from './browser-files.ts';
import { askToTell, canTell, tellWhenHidden } from './browser-notices.ts';
import { recentHandles, rememberHandle } from './browser-recent.ts';
import { readRecovery, writeRecovery } from './browser-recovery.ts';
import { FileClaims } from './file-claims.ts';
import { askBeforeLeaving } from './leaving.ts';
import type { Shell } from './shell.ts';

const nothingToStop = (): void => {};

/** The studio in a browser, served by `netwright serve`. */
export function browserShell(): Shell {
  const claims = new FileClaims();
  return {
    face: 'browser',
    connectEngine: connectSocket,
    async openFile(kind) {
      const file = await openFile(kind);
      if (file?.handle !== undefined) await rememberHandle(file.name, file.handle);
      return file;
    },
    async saveFile(bytes, kind, suggestedName) {
      const file = await saveFile(bytes, kind, suggestedName);
      if (file?.handle !== undefined) await rememberHandle(file.name, file.handle);
      return file;
    },
    writeFile,
    claimFile: (handle) => claims.claim(handle),
    recentFiles: recentHandles,
    openRecent: ({ handle }) => openHandle(handle),
    readBlocks,
    writeBlocks,
    readRecovery,
    writeRecovery,
    setTitle(title, unsaved) {
      document.title = unsaved ? `• ${title}` : title;
    },
    setTraining: askBeforeLeaving,
    canTell,
    askToTell,
    tellWhenHidden,
    setLanguage: nothingToStop,
    onCommand: () => nothingToStop,
    onOpenFile: () => nothingToStop,
  };
}
