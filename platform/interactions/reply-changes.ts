import type { ReplyRule } from '#contract/interaction.ts';
import type { LocalizedText } from '#contract/localized.ts';

/** What to change, for the officer whose reply was sent back. */
export const replyChanges: Readonly<Record<ReplyRule, LocalizedText>> = {
  'names-no-unit': {
    zh: '写明是哪个单位在答复，不写“有关部门”“工作人员”。',
    en: 'Name the unit that answers; “the relevant department” is nobody.',
  },
  'other-unit': {
    zh: '这件事已转给别的单位：由那个单位答复，或者先改派。',
    en: 'The matter went to another unit: that one answers, or it is dispatched again first.',
  },
  'no-way-to-reach': {
    zh: '写上承办人能接的电话，或者几号窗口、什么地址；12345 不算。',
    en: 'Give a telephone that somebody there takes, or a window or an address; 12345 does not count.',
  },
  'names-no-matter': {
    zh: '写明答的是哪件事：用居民问的事项名称，或者他说的那件东西、那个地方。',
    en: 'Say what the reply is about: the item by its name, or what the resident spoke of.',
  },
  empty: {
    zh: '除了客套话还要有实在的内容：怎么办、什么时候、多少钱、为什么。',
    en: 'Beside the polite phrases say something: how, when, how much, or why.',
  },
  repeats: {
    zh: '这段话和另一件的答复几乎一样，而问的不是同一件事：请按这位居民问的重写。',
    en: 'These are nearly the words of another case that asked something else: answer this question.',
  },
};
