/** Browsers without notices, or pages that may not have them, have no `Notification`. */
const notices = (): typeof Notification | undefined =>
  (window as { readonly Notification?: typeof Notification }).Notification;

const answers = { granted: 'yes', default: 'ask', denied: 'no' } as const;

export const canTell = (): 'yes' | 'ask' | 'no' => answers[notices()?.permission ?? 'denied'];

export const askToTell = async (): Promise<boolean> => (await notices()?.requestPermission()) === 'granted';

export function tellWhenHidden(title: string, body: string): void {
  const Notice = notices();
  if (Notice === undefined || !document.hidden || canTell() !== 'yes') return;
  try {
    const notice = new Notice(title, { body, icon: 'icon.svg', tag: 'netwright-run' });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  } catch {
    // Some phones show notices only for pages of another kind.
  }
}
