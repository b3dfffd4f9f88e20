import { attentionEn } from './attention.en.ts';
import { en } from './en.ts';
import { anyDeskEn, faultsEn } from './faults.en.ts';
import type { LocaleTexts } from './locale-texts.ts';

export const textsEn: LocaleTexts = {
  messages: en,
  faults: faultsEn,
  anyDesk: anyDeskEn,
  attentions: attentionEn,
};
