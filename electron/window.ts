import { fileURLToPath } from 'node:url';
import { BrowserWindow, nativeTheme, type Rectangle, screen } from 'electron';
import { studioAddress } from './app-protocol.ts';
import type { Settings } from './settings.ts';

const smallest = { width: 1024, height: 700 };
const usual = { width: 1440, height: 900 };

/** Opens the studio where its window was last, if that is still on a screen. */
export function openStudioWindow(settings: Settings): BrowserWindow {
  const remembered = settings.window;
  const bounds = remembered && isOnScreen(remembered.bounds) ? remembered.bounds : usual;
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#f7f8fa',
    webPreferences: {
      preload: fileURLToPath(new URL('./preload.cjs', import.meta.url)),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      // Training is watched from behind other windows too.
      backgroundThrottling: false,
    },
  });
  if (remembered?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => settings.rememberWindow(window.getNormalBounds(), window.isMaximized()));
  void window.loadURL(studioAddress);
  return window;
}

/** Whether enough of a window would be seen to take hold of it. */
function isOnScreen(bounds: Rectangle): boolean {
  const { workArea } = screen.getDisplayMatching(bounds);
  const width =
    Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
  const height =
    Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y);
  return width > 200 && height > 100;
}
