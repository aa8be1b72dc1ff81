import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './Disclosure.module.css';

interface DisclosureProps {
  readonly title: string;
  /** What is set inside, in a few words, to be read without opening it. */
  readonly summary: string;
  readonly children: ReactNode;
}

/** A group of settings behind its title; closed until it is asked for. */
export function Disclosure({ title, summary, children }: DisclosureProps) {
  return (
    <Collapsible.Root className={css['root']}>
      <Collapsible.Trigger className={css['trigger']}>
        <ChevronRight size={14} aria-hidden className={css['chevron']} />
        <span className={css['title']}>{title}</span>
        <span className={css['summary']}>{summary}</span>
      </Collapsible.Trigger>
      <Collapsible.Panel className={css['panel']}>{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
