import type { Attention } from '#contract/devices.ts';
import type { FaultCode } from '#contract/fault.ts';
import type { Language } from '#contract/localized.ts';
import { attentionZh } from './attention.zh.ts';
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

const loaded = new Map<Language, LocaleTexts>([['zh', zhTexts]]);

/** Chinese until the language is loaded; a page never shows a language before it is. */
export function textsOf(language: Language): LocaleTexts {
  return loaded.get(language) ?? zhTexts;
}

/**
 * Every day begins in Chinese: the other languages are no part of the first screen's script. Rejects when the
 * terminal cannot be reached.
 */
export async function loadTexts(language: Language): Promise<LocaleTexts> {
  if (!loaded.has(language)) loaded.set(language, await load(language));
  return textsOf(language);
}

async function load(language: Language): Promise<LocaleTexts> {
  switch (language) {
    case 'zh':
      return zhTexts;
    case 'en':
      return (await import('./texts.en.ts')).textsEn;
    case 'ug':
      return (await import('./texts.ug.ts')).textsUg;
    default:
      return language satisfies never;
  }
}
