import { Component, type ReactNode } from 'react';
import { Button } from '../design/Button.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './CrashScreen.module.css';

interface CrashGuardProps {
  readonly children: ReactNode;
}

/** Stands in when drawing the studio fails; the document was kept by autosave and is offered after a reload. */
export class CrashGuard extends Component<CrashGuardProps, { readonly error: unknown }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <CrashScreen error={this.state.error} />;
  }
}

function CrashScreen({ error }: { readonly error: unknown }) {
  const t = useT();
  return (
    <main className={css['screen']} role="alert">
      <h1 className={css['title']}>{t('app.crashed')}</h1>
      <p>{t('app.crashedDetail')}</p>
      <pre className={css['error']}>{error instanceof Error ? error.message : String(error)}</pre>
      <Button variant="primary" onClick={() => location.reload()}>
        {t('app.reload')}
      </Button>
    </main>
  );
}
