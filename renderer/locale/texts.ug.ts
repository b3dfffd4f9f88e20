import { attentionUg } from './attention.ug.ts';
import { anyDeskUg, faultsUg } from './faults.ug.ts';
import type { LocaleTexts } from './locale-texts.ts';
import { messagesUg } from './messages.ug.ts';

/**
 * Uyghur in Arabic letters, from right to left. No native speaker has read it: before a station offers it to
 * residents, one must (docs/operations/languages-and-modes.md).
 */
export const textsUg: LocaleTexts = {
  messages: messagesUg,
  faults: faultsUg,
  anyDesk: anyDeskUg,
  attentions: attentionUg,
};
