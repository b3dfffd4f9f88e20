import type { Attention } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import type { Language } from '#contract/localized.ts';
import { attentionEn } from '../locale/attention.en.ts';
import { attentionZh } from '../locale/attention.zh.ts';
import { faultsEn } from '../locale/faults.en.ts';
import { faultsZh } from '../locale/faults.zh.ts';

const faults = { zh: faultsZh, en: faultsEn };
const attentions = { zh: attentionZh, en: attentionEn };

/** The sentence for the resident. Codes hold dots, which a message path would take apart. */
export function faultText(fault: Pick<Fault, 'code'>, language: Language): string {
  return faults[language][fault.code].resident;
}

export function attentionText(attention: Attention, language: Language): string {
  return attentions[language][attention];
}
