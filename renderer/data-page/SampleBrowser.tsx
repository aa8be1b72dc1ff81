import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Params } from '../../engine/declaration/fields.ts';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import { type DataReport, type Part, parts } from '../../engine/protocol/data-messages.ts';
import { formatWhole } from '../charts/figures.ts';
import { useSamplePage } from '../data/data-node.ts';
import { IconButton } from '../design/Button.tsx';
import { Segments } from '../design/Segments.tsx';
import { Select } from '../design/Select.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import css from './DataPage.module.css';
import { SampleList } from './SampleList.tsx';

const mostOnPage = 60;
const mostNumbersOnPage = 2 ** 21;
const mostClasses = 500;
const allClasses = 'all';

interface SampleBrowserProps {
  readonly params: Params;
  readonly report: DataReport;
}

/** The samples page by page: of one part, of all classes or one. */
export function SampleBrowser({ params, report }: SampleBrowserProps) {
  const t = useT();
  const text = useText();
  const [asked, setPart] = useState<Part>('train');
  const there = parts.filter((part) => part !== 'validation' || report.validation > 0);
  const part = there.includes(asked) ? asked : 'train';
  const [ofClass, setOfClass] = useState(allClasses);
  const [wanted, setWanted] = useState(0);
  const size = elementCount(report.inputShape);
  const onPage = Math.max(1, Math.min(mostOnPage, Math.floor(mostNumbersOnPage / Math.max(1, size))));
  const known = report.classes?.slice(0, mostClasses) ?? [];
  const chosen = known[Number(ofClass)] === undefined ? undefined : Number(ofClass);
  const all = chosen === undefined ? report[part] : (known[chosen]?.[part] ?? 0);
  // What is there may become less while it is looked at.
  const last = Math.max(0, Math.ceil(all / onPage) - 1);
  const page = Math.min(wanted, last);
  const first = page * onPage;
  const { answer } = useSamplePage(params, {
    part,
    first,
    count: onPage,
    ...(chosen !== undefined && { class: chosen }),
  });
  const show = (next: Partial<{ part: Part; ofClass: string; page: number }>): void => {
    if (next.part !== undefined) setPart(next.part);
    if (next.ofClass !== undefined) setOfClass(next.ofClass);
    setWanted(next.page ?? 0);
  };
  return (
    <div className={css['panel']}>
      <div className={css['browse']}>
        <Segments
          label={t('dataPage.part')}
          value={part}
          options={there.map((value) => ({ value, label: t(`data.${value}`) }))}
          onChange={(next) => show({ part: next })}
        />
        {known.length === 0 ? null : (
          <Select
            className={css['class']}
            label={t('dataPage.class')}
            value={chosen === undefined ? allClasses : ofClass}
            options={[
              { value: allClasses, label: t('dataPage.allClasses') },
              ...known.map(({ name }, i) => ({ value: `${i}`, label: text(name) })),
            ]}
            onChange={(value) => show({ ofClass: value })}
          />
        )}
        <span className={css['pager']}>
          <span className={css['range']} data-testid="sample-range">
            {all === 0
              ? t('dataPage.none')
              : t('dataPage.range', {
                  first: formatWhole(first + 1),
                  last: formatWhole(Math.min(all, first + onPage)),
                  all: formatWhole(all),
                })}
          </span>
          <IconButton label={t('dataPage.firstPage')} disabled={page === 0} onClick={() => show({ page: 0 })}>
            <ChevronFirst size={15} aria-hidden />
          </IconButton>
          <IconButton
            label={t('dataPage.previousPage')}
            disabled={page === 0}
            onClick={() => show({ page: page - 1 })}
          >
            <ChevronLeft size={15} aria-hidden />
          </IconButton>
          <IconButton
            label={t('dataPage.nextPage')}
            disabled={page === last}
            onClick={() => show({ page: page + 1 })}
          >
            <ChevronRight size={15} aria-hidden />
          </IconButton>
          <IconButton
            label={t('dataPage.lastPage')}
            disabled={page === last}
            onClick={() => show({ page: last })}
          >
            <ChevronLast size={15} aria-hidden />
          </IconButton>
        </span>
      </div>
      {answer === undefined ? null : <SampleList samples={answer} label={t('dataPage.samples')} />}
    </div>
  );
}
