import type { Attention } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import type { Language, LocalizedText } from '#contract/localized.ts';
import { attentionEn } from '../locale/attention.en.ts';
import { attentionZh } from '../locale/attention.zh.ts';
import { anyDeskEn, faultsEn } from '../locale/faults.en.ts';
import { anyDeskZh, faultsZh } from '../locale/faults.zh.ts';

const faults = { zh: faultsZh, en: faultsEn };
const anyDesk = { zh: anyDeskZh, en: anyDeskEn };
const attentions = { zh: attentionZh, en: attentionEn };

/**
 * The sentence for the resident. Codes hold dots, which a message path would take apart.
 * `helpDesk`: where this station's residents find a person; null while the station is not known.
 */
export function faultText(
  fault: Pick<Fault, 'code'>,
  language: Language,
  helpDesk: LocalizedText | null,
): string {
  const desk = helpDesk?.[language] ?? anyDesk[language];
  return faults[language][fault.code].resident.replace('{desk}', () => desk);
}

export function attentionText(attention: Attention, language: Language): string {
  return attentions[language][attention];
}
