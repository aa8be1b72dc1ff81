import { fileURLToPath } from 'node:url';
import { BrowserWindow, dialog, nativeTheme, type Rectangle, screen } from 'electron';
import { studioAddress } from './app-protocol.ts';
import type { Language, Settings } from './settings.ts';
import { stateOf } from './window-state.ts';

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
  window.webContents.on('will-prevent-unload', (event) => {
    if (mayLeave(window, settings.language)) event.preventDefault();
  });
  void window.loadURL(studioAddress);
  return window;
}

const questions = {
  unsaved: {
    en: {
      message: 'This project has unsaved changes.',
      detail: 'They will be offered for recovery at the next start.',
    },
    zh: { message: '此项目有未保存的更改。', detail: '下次启动时可以恢复。' },
  },
  training: {
    en: {
      message: 'Training is still going on.',
      detail: 'It will be saved as it is, and can go on at the next start.',
    },
    zh: { message: '训练仍在进行。', detail: '将保存当前进度，下次启动时可以继续训练。' },
  },
} as const;
const buttons = { en: ['Close', 'Stay'], zh: ['关闭', '留下'] } as const;

/** The page asks to stay because something is under way or unsaved; Electron shows no question of its own. */
function mayLeave(window: BrowserWindow, language: Language): boolean {
  const { training, unsaved } = stateOf(window);
  const asked = [
    ...(training ? [questions.training] : []),
    ...(unsaved || !training ? [questions.unsaved] : []),
  ];
  const [close, stay] = [0, 1];
  const choice = dialog.showMessageBoxSync(window, {
    type: 'question',
    message: asked.map((question) => question[language].message).join(' '),
    detail: asked.map((question) => question[language].detail).join(' '),
    buttons: [...buttons[language]],
    defaultId: stay,
    cancelId: stay,
  });
  return choice === close;
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
