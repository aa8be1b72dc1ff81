import type { Field, Fields, Params } from '../../engine/declaration/fields.ts';
import { completeParams, fieldApplies } from '../../engine/document/check-params.ts';
import {
  type SettingChoice,
  type SettingGroup,
  settingChoices,
  settingGroups,
} from '../../engine/document/training-settings.ts';
import { Select } from '../design/Select.tsx';
import { useDocumentStore } from '../document/store.ts';
import { setTraining, type TrainingPath, useTraining } from '../document/training-settings.ts';
import { useT, useText } from '../i18n/i18n.ts';
import { ParamInput } from '../inspector/FieldInput.tsx';
import { SettingRow } from './SettingRow.tsx';

/** A kind and the parameters that it declares. */
export function ChoiceSetting({ setting }: { readonly setting: SettingChoice }) {
  const t = useT();
  const text = useText();
  const chosen = useTraining()[setting];
  const known = settingChoices[setting];
  const definition = known.find(({ type }) => type === chosen.type);
  return (
    <>
      <SettingRow label={t(`settings.${setting}`)} help={definition ? text(definition.doc.summary) : ''}>
        {({ id }) => (
          <Select
            id={id}
            label={t(`settings.${setting}`)}
            value={chosen.type}
            options={known.map(({ type, title }) => ({ value: type, label: text(title) }))}
            onChange={(type) => setTraining(setting, type)}
          />
        )}
      </SettingRow>
      <FieldSettings
        key={chosen.type}
        fields={definition?.fields ?? {}}
        given={chosen.params}
        pathOf={(name) => `${setting}.params.${name}`}
        nested
      />
    </>
  );
}

/** The fields of one group of settings. */
export function GroupSettings({ group }: { readonly group: SettingGroup }) {
  const given = useTraining()[group];
  return <FieldSettings fields={settingGroups[group]} given={given} pathOf={(name) => `${group}.${name}`} />;
}

interface FieldSettingsProps {
  readonly fields: Fields;
  readonly given: Params;
  readonly pathOf: (name: string) => TrainingPath;
  readonly nested?: boolean;
}

/** A choice whose options take more words than fit beside its label. */
const isWide = (field: Field): boolean =>
  field.kind === 'text' ||
  (field.kind === 'choice' && field.options.some(({ label }) => label.en.length > 17 || label.zh.length > 8));

function FieldSettings({ fields, given, pathOf, nested = false }: FieldSettingsProps) {
  const text = useText();
  const problems = useDocumentStore((state) => state.analysis.problems);
  const params = completeParams(fields, given);
  return Object.entries(fields)
    .filter(([, field]) => fieldApplies(field, params))
    .map(([name, field]) => {
      const path = pathOf(name);
      const problem = problems.find(({ place }) => place.path === `training.${path}`);
      return (
        <SettingRow
          key={name}
          label={text(field.label)}
          help={text(field.help)}
          problem={problem && text(problem.message)}
          nested={nested}
          wide={isWide(field)}
        >
          {(ids) => (
            <ParamInput
              field={field}
              value={params[name] ?? field.default}
              onChange={(value) => setTraining(path, value)}
              {...ids}
            />
          )}
        </SettingRow>
      );
    });
}
