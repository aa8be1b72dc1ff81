import { mostOpenSize, type OpenedModel } from '../../engine/protocol/model-messages.ts';
import { NumberField } from '../design/NumberField.tsx';
import { useT } from '../i18n/i18n.ts';
import css from './ModelsPage.module.css';
import { setSize, useModel } from './model-store.ts';

/** Numbers for the sizes that a file leaves open behind the batch; nothing where it leaves none. */
export function OpenSizes({ model }: { readonly model: OpenedModel }) {
  const t = useT();
  const proposed = useModel(({ sizes }) => sizes[model.model]);
  const busy = useModel(({ phase }) => phase !== 'open');
  if (model.openSizes.length === 0) return null;
  return (
    <section className={css['openSizes']} aria-label={t('models.openSizes')} data-testid="open-sizes">
      <h2 className={css['heading']}>{t('models.openSizes')}</h2>
      <p className={css['muted']}>{t('models.openSizesHelp')}</p>
      {proposed === undefined ? (
        <p className={css['muted']} role="status">
          {t('models.lookingForSizes')}
        </p>
      ) : (
        <ul>
          {model.openSizes.map(({ name, places }) => {
            const stands = places.map(({ input, axis }) => `${input}[${axis}]`).join(t('models.comma'));
            return (
              <li key={name}>
                <span className={css['sizeName']}>
                  {name}
                  {stands === name ? null : <span className={css['muted']}>{stands}</span>}
                </span>
                <NumberField
                  label={name}
                  value={proposed.sizes[name] ?? 1}
                  min={1}
                  max={mostOpenSize}
                  integer
                  disabled={busy}
                  onChange={(size) => setSize(model, name, size)}
                />
              </li>
            );
          })}
        </ul>
      )}
      {proposed?.fit === false ? (
        <p className={css['missing']} role="status">
          {t('models.noSizesFound')}
        </p>
      ) : null}
    </section>
  );
}
