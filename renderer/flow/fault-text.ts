import type { Attention } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import type { Language, LocalizedText } from '#contract/localized.ts';
import { textLanguage } from '#contract/text-language.ts';
import { textsOf } from '../locale/locale-texts.ts';
import { latinApart } from './latin-apart.ts';

/**
 * The sentence for the resident. Codes hold dots, which a message path would take apart.
 * `helpDesk`: where this station's residents find a person; null while the station is not known.
 */
export function faultText(
  fault: Pick<Fault, 'code'>,
  language: Language,
  helpDesk: LocalizedText | null,
): string {
  const { faults, anyDesk } = textsOf(language);
  const desk = helpDesk?.[textLanguage(language)] ?? anyDesk;
  return latinApart(faults[fault.code].resident.replace('{desk}', () => desk));
}

export function attentionText(attention: Attention, language: Language): string {
  return textsOf(language).attentions[attention];
}
