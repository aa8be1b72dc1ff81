import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Studio } from './studio.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds wrong on the page as it is now: rule, element, and what it says. Two things are no faults: the hidden
 * guards around an open menu, which hand the focus on as soon as they get it, and that a menu or a list of choices,
 * which is there only while it has the focus, lies outside the page's landmarks.
 */
export async function violations({ page }: Studio): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return await page.evaluate(async () => {
    const { axe: tool } = window as unknown as {
      axe: { run(context: object, options: object): Promise<AxeResults> };
    };
    const isInPopup = (target: string): boolean =>
      document.querySelector(target)?.closest('[role="menu"], [role="listbox"]') !== null;
    const { violations: found } = await tool.run(
      { exclude: ['[data-base-ui-focus-guard]'] },
      { resultTypes: ['violations'] },
    );
    return found.flatMap(({ id, nodes }) =>
      nodes
        .filter(({ target }) => id !== 'region' || !isInPopup(String(target[0])))
        .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} — ${failureSummary ?? ''}`),
    );
  });
}
