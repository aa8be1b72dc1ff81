import { Toast } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { useT } from '../i18n/i18n.ts';
import { IconButton } from './Button.tsx';
import css from './toast.module.css';

export type Tone = 'info' | 'success' | 'error';

interface Notice {
  readonly tone?: Tone;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const manager = Toast.createToastManager();

const shownMs = 5_000;

/**
 * Tells the person something in the corner. What went wrong, which is read out at once, and what offers something to do stay
 * until they are dismissed, or taken back by what this returns; the rest goes by itself. Said again, it stands there once.
 */
export function notify({ tone = 'info', title, detail = '', action }: Notice): () => void {
  const id = `${title}\n${detail}`;
  const close = (): void => manager.close(id);
  manager.add({
    id,
    title,
    description: detail,
    type: tone,
    timeout: tone === 'error' || action !== undefined ? 0 : shownMs,
    priority: tone === 'error' ? 'high' : 'low',
    ...(action && {
      actionProps: {
        children: action.label,
        onClick: () => {
          close();
          action.run();
        },
      },
    }),
  });
  return close;
}

/** The ref of an element in whose upper right corner notices stand while it is there; else they do at the window's foot. */
export function noticesIn(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  const { style, dataset } = document.documentElement;
  const observer = new ResizeObserver(() => {
    const { top, right, width } = element.getBoundingClientRect();
    style.setProperty('--notices-top', `${top}px`);
    style.setProperty('--notices-right', `${window.innerWidth - right}px`);
    style.setProperty('--notices-width', `${width}px`);
    dataset['notices'] = 'placed';
  });
  observer.observe(element);
  return () => {
    observer.disconnect();
    delete dataset['notices'];
  };
}

const icons = {
  info: <Info size={16} aria-hidden />,
  success: <CircleCheck size={16} aria-hidden />,
  error: <CircleAlert size={16} aria-hidden />,
};

function ToastList() {
  const t = useT();
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} data-toast className={css['toast']} swipeDirection="right">
      <Toast.Content className={css['content']}>
        <span className={css['icon']} data-tone={toast.type}>
          {icons[(toast.type ?? 'info') as Tone]}
        </span>
        <div className={css['words']}>
          <Toast.Title className={css['title']} />
          <Toast.Description className={css['detail']} />
        </div>
        <Toast.Action className={css['action']} />
        <Toast.Close
          render={
            <IconButton label={t('common.dismiss')}>
              <X size={14} aria-hidden />
            </IconButton>
          }
        />
      </Toast.Content>
    </Toast.Root>
  ));
}

export function Toasts() {
  const t = useT();
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport aria-label={t('app.notices')} className={css['viewport']}>
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
