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

/** Tells the person something in the corner; errors stay longer and are read out at once. */
export function notify({ tone = 'info', title, detail, action }: Notice): void {
  manager.add({
    title,
    description: detail,
    type: tone,
    timeout: tone === 'error' ? 12_000 : 5_000,
    priority: tone === 'error' ? 'high' : 'low',
    ...(action && { actionProps: { children: action.label, onClick: action.run } }),
  });
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
    <Toast.Root
      key={toast.id}
      toast={toast}
      data-toast
      className={css['toast']}
      swipeDirection={['right', 'down']}
    >
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
