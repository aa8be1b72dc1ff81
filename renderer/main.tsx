// First, so that every component's own rules come after them.
import './design/tokens.css';
import './design/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './App.tsx';
import { loadMine } from './blocks/library.ts';
import { startTheme } from './design/theme.ts';
import { emptyDocument } from './document/empty-document.ts';
import { showFile } from './document/files.ts';
import { recoveredDocument, startAutosave } from './document/recovery.ts';
import { loadDocument } from './document/store.ts';
import { connectEngine } from './engine/connect.ts';
import { currentLanguage, startLanguage, translate } from './i18n/i18n.ts';
import { runShellCommand } from './keys/shell-commands.ts';
import { followRuns } from './runs/follow-runs.ts';
import { followEnd } from './runs/tell-end.ts';
import { shell } from './shell/current.ts';
import { followDocument } from './training/run-commands.ts';
import { CrashGuard } from './workspace/CrashScreen.tsx';

// Without this zod tries `new Function`, which the content security policy reports.
z.config({ jitless: true });

async function start(): Promise<void> {
  startTheme();
  await startLanguage();
  shell.setLanguage(currentLanguage());
  loadDocument(emptyDocument(translate('app.untitled')));
  // An autosave that cannot be read must not keep the studio from opening.
  const recovered = await recoveredDocument().catch(() => undefined);
  startAutosave();
  shell.onCommand(runShellCommand);
  shell.onOpenFile((file) => void showFile(file));
  followDocument();
  followRuns();
  followEnd();
  void connectEngine(shell);
  void loadMine();

  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  createRoot(root).render(
    <StrictMode>
      <CrashGuard>
        <App recovered={recovered} />
      </CrashGuard>
    </StrictMode>,
  );
}

void start();
