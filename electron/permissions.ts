import { app, session } from 'electron';
import { studioOrigin } from './app-protocol.ts';

/** Nothing but the studio's own pages is ever shown, and they get no device, no notification, no new window. */
export function denyEverything(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === 'clipboard-sanitized-write'),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission) =>
    ['clipboard-read', 'clipboard-sanitized-write'].includes(permission),
  );
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => {
      if (new URL(event.url).origin !== studioOrigin) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}
