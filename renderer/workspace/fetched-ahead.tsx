import { type ComponentType, lazy, useState } from 'react';

/**
 * A page that can be fetched before it is asked for. One that is there is shown at once: React's own `lazy` gives way to
 * the fallback the first time in any case, and keeps that for a third of a second so that nothing flickers.
 */
export function fetchedAhead(load: () => Promise<ComponentType>): ComponentType & { fetch(): void } {
  let there: ComponentType | undefined;
  const fetch = async (): Promise<ComponentType> => {
    there = await load();
    return there;
  };
  const Later = lazy(async () => ({ default: await fetch() }));
  function Page() {
    // Chosen once: another component in its place would mount the page anew.
    const [Shown] = useState(() => there ?? Later);
    return <Shown />;
  }
  return Object.assign(Page, { fetch: () => void fetch() });
}
