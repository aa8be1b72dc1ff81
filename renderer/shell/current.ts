import { browserShell } from './browser.ts';
import { desktopShell } from './electron.ts';
import type { Shell } from './shell.ts';

/** The shell of the place this studio runs in. */
export const shell: Shell = desktopShell() ?? browserShell();
