import type { LocalizedText } from '#contract/localized.ts';
import { selectField, type Problem } from '../form.ts';
import type { Html } from '../html.ts';
import type { Scene } from './act.ts';

/** One of the departments of the catalogue; the one that has it already is not offered. */
export function unitField(
  { texts, values, units }: Scene,
  present: string | null,
  problems: readonly Problem[],
): Html {
  return selectField({
    name: 'unit',
    label: texts.t('field.handTo'),
    value: values.get('unit') ?? '',
    options: [
      { value: '', label: texts.t('field.handTo.choose') },
      ...units.filter(({ zh }) => zh !== present).map((unit) => ({ value: unit.zh, label: texts.of(unit) })),
    ],
    problems,
  });
}

export function chosenUnit({ texts, values, units }: Scene): {
  readonly unit: LocalizedText | null;
  readonly problems: readonly Problem[];
} {
  const unit = units.find(({ zh }) => zh === values.get('unit')) ?? null;
  const says = texts.t('field.choose', { label: texts.t('field.handTo') });
  return { unit, problems: unit === null ? [{ field: 'unit', says }] : [] };
}
