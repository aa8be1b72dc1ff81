import { type BrowserWindow, Notification } from 'electron';

/** A notice of the system while the window is behind others; a click brings the window to the front. */
export function tellWhenHidden(window: BrowserWindow, title: string, body: string): void {
  if (window.isFocused() || !Notification.isSupported()) return;
  const notice = new Notification({ title, body });
  notice.on('click', () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  });
  notice.show();
}
