import { notify } from '../design/toast.tsx';
import { useRun } from '../engine/run-store.ts';
import { translate } from '../i18n/i18n.ts';
import { useWorkspace } from '../workspace/state.ts';
import { offerOf } from './offer.ts';
import { continueRun } from './run-actions.ts';
import { refreshRuns, useRuns } from './runs-store.ts';

const key = 'netwright.declinedRun';

export function declineOffer(): void {
  const { offer } = useRuns.getState();
  if (offer !== undefined) localStorage.setItem(key, offer.run);
  useRuns.setState({ offer: undefined });
}

/** Keeps the list in step with the engine and with the run of this window. */
export function followRuns(): void {
  let withdraw = (): void => {};
  const look = async (): Promise<void> => {
    await refreshRuns();
    const offer = offerOf(useRuns.getState().list?.runs ?? [], localStorage.getItem(key));
    useRuns.setState({ offer });
    // The gallery shows the offer itself; on the canvas the engine was lost, and is back.
    if (offer === undefined || useWorkspace.getState().page === 'gallery') return;
    withdraw = notify({
      title: translate('runs.offerTitle', { name: offer.label.name }),
      detail: translate('runs.offerText', { epochs: offer.epochs, planned: offer.epochsPlanned }),
      action: { label: translate('runs.resume'), run: () => void continueRun(offer) },
    });
  };
  useRuns.subscribe(({ offer }) => {
    if (offer === undefined) withdraw();
  });
  useRun.subscribe((state, before) => {
    const isBack = state.engine !== before.engine;
    if (isBack) void look();
    else if (state.phase !== before.phase && state.phase !== 'starting') void refreshRuns();
  });
}
