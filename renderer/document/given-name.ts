import { documentLimits } from '../../engine/document/schema.ts';
import { notify } from '../design/toast.tsx';
import { translate } from '../i18n/i18n.ts';

/** A name as a person gave it, as far as the project holds it; whoever gave a longer one is told. */
export function givenName(name: string): string {
  const most = documentLimits.nameLength;
  const wanted = name.trim();
  if (wanted.length <= most) return wanted;
  notify({ tone: 'error', title: translate('inspector.nameTooLong', { most, found: wanted.length }) });
  // Not half of a character that is written as two.
  return wanted
    .slice(0, most)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd();
}
