import { Dialog } from '../design/Dialog.tsx';
import { KeyCaps } from '../design/KeyCaps.tsx';
import { type SentenceKey, useT } from '../i18n/i18n.ts';
import { type ActionId, actionOf } from './actions.ts';
import css from './KeyMap.module.css';

const groups: readonly { readonly title: SentenceKey; readonly ids: readonly ActionId[] }[] = [
  { title: 'menu.file', ids: ['new', 'templates', 'open', 'save', 'saveAs', 'exportOnnx'] },
  {
    title: 'menu.edit',
    ids: [
      'undo',
      'redo',
      'history',
      'cut',
      'copy',
      'paste',
      'duplicate',
      'delete',
      'deleteGap',
      'selectAll',
      'clearSelection',
    ],
  },
  {
    title: 'keys.network',
    ids: ['train', 'addLayer', 'addNote', 'connect', 'replace', 'rename', 'inspect', 'openParts', 'freeze'],
  },
  { title: 'blocks.title', ids: ['makeBlock', 'enterBlock', 'leaveBlock', 'dissolveBlock'] },
  {
    title: 'menu.view',
    ids: [
      'arrangeRight',
      'arrangeDown',
      'fitView',
      'zoomIn',
      'zoomOut',
      'zoomReset',
      'preview',
      'previousSample',
      'nextSample',
      'find',
      'findNext',
      'findPrevious',
      'palette',
      'showKeys',
    ],
  },
];

/** Keys and gestures that are no action of a menu. */
const gestures: readonly { readonly label: SentenceKey; readonly keys: readonly string[] }[] = [
  { label: 'keys.walk', keys: ['Tab'] },
  { label: 'keys.openField', keys: ['Enter'] },
  { label: 'keys.nudge', keys: ['ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowRight'] },
];
const mouse: readonly SentenceKey[] = [
  'keys.pan',
  'keys.zoom',
  'keys.box',
  'keys.addTo',
  'keys.onWire',
  'keys.scrub',
];

/** Every key there is, on one page. */
export function KeyMap({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open={open} onOpenChange={onClose} title={t('menu.showKeys')} size="large" isText>
      <div className={css['groups']}>
        {groups.map(({ title, ids }) => (
          <section key={title}>
            <h3 className={css['title']}>{t(title)}</h3>
            <dl className={css['list']}>
              {ids.map((id) => (
                <Row key={id} label={t(actionOf(id).label)} keys={actionOf(id).keys} />
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3 className={css['title']}>{t('keys.more')}</h3>
          <dl className={css['list']}>
            {gestures.map(({ label, keys }) => (
              <Row key={label} label={t(label)} keys={keys} />
            ))}
          </dl>
        </section>
        <section>
          <h3 className={css['title']}>{t('keys.mouse')}</h3>
          <ul className={css['mouse']}>
            {mouse.map((key) => (
              <li key={key}>{t(key)}</li>
            ))}
          </ul>
        </section>
      </div>
    </Dialog>
  );
}

const Row = ({ label, keys }: { readonly label: string; readonly keys: readonly string[] }) => (
  <div className={css['row']}>
    <dt>{label}</dt>
    <dd className={css['keys']}>
      {keys.map((key) => (
        <KeyCaps key={key} binding={key} />
      ))}
    </dd>
  </div>
);
