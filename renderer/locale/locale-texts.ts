import type { Attention } from '#contract/devices.ts';
import type { FaultCode } from '#contract/fault.ts';
import type { Language } from '#contract/localized.ts';
import { attentionEn } from './attention.en.ts';
import { attentionZh } from './attention.zh.ts';
import { en } from './en.ts';
import { anyDeskEn, faultsEn } from './faults.en.ts';
import { anyDeskZh, faultsZh } from './faults.zh.ts';
import { zh, type Messages } from './zh.ts';

/** All that a screen says in one language. */
export interface LocaleTexts {
  readonly messages: Messages;
  readonly faults: Readonly<Record<FaultCode, { readonly resident: string; readonly staff: string }>>;
  /** Where a person is found, while the station is not known yet. */
  readonly anyDesk: string;
  readonly attentions: Readonly<Record<Attention, string>>;
}

const zhTexts: LocaleTexts = {
  messages: zh,
  faults: faultsZh,
  anyDesk: anyDeskZh,
  attentions: attentionZh,
};
const enTexts: LocaleTexts = {
  messages: en,
  faults: faultsEn,
  anyDesk: anyDeskEn,
  attentions: attentionEn,
};

const loaded = new Map<Language, LocaleTexts>([
  ['zh', zhTexts],
  ['en', enTexts],
]);

/** Chinese until the language is loaded; a page never shows a language before it is. */
export function textsOf(language: Language): LocaleTexts {
  return loaded.get(language) ?? zhTexts;
}

/**
 * A language that not every station offers is no part of the first screen's script. Rejects when the terminal
 * cannot be reached.
 */
export async function loadTexts(language: Language): Promise<LocaleTexts> {
  if (language === 'ug' && !loaded.has('ug')) loaded.set('ug', (await import('./ug.ts')).ug);
  return textsOf(language);
}
