import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../engine/declaration/problem.ts';
import { type Fix, fixesNow } from '../document/fixes.ts';
import { identity } from '../document/new-errors.ts';
import { useDocumentStore } from '../document/store.ts';

const none: readonly Fix[] = [];

/** What can be done about a problem; tried out when nothing else has to be done, so that typing never waits for it. */
export function useFixes(problem: Problem): readonly Fix[] {
  const document = useDocumentStore((state) => state.document);
  const key = identity(problem);
  const [found, setFound] = useState({ document, key, fixes: none });
  const asked = useRef(problem);
  asked.current = problem;
  useEffect(() => {
    const request = requestIdleCallback(() => setFound({ document, key, fixes: fixesNow(asked.current) }), {
      timeout: 1000,
    });
    return () => cancelIdleCallback(request);
  }, [document, key]);
  // A fix is for the drawing that it was tried on.
  return found.document === document && found.key === key ? found.fixes : none;
}
