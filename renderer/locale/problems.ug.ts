import type { problemCodes } from '#contract/visit.ts';

type ProblemCode = (typeof problemCodes)[number];

/**
 * The Uyghur of problems.zh.ts (ug.ts says what it needs before it is used). A limit stands between marks that
 * keep its own direction (Unicode, UAX 9: U+2068 and U+2069).
 */
export const problemsUg: Record<ProblemCode, string> = {
  required: 'بۇ يەر تېخى بوش. تولدۇرۇپ ئاندىن داۋاملاشتۇرۇڭ.',
  pattern: 'بۇنىڭ يېزىلىشى تەلەپكە ئوخشىمايدۇ. يەنە بىر قېتىم تەكشۈرۈڭ.',
  'too-long': 'بۇ يەرگە ئەڭ كۆپ بولغاندا \u2068{limit}\u2069 خەت سىغىدۇ. قىسقىراق يېزىڭ.',
  'id-length': 'كىملىك نومۇرى 18 خانىلىق. ساناپ كۆرۈڭ.',
  'id-characters': 'كىملىك نومۇرىنىڭ ئالدىنقى 17 خانىسى رەقەم، ئاخىرقىسى رەقەم ياكى X بولىدۇ.',
  'id-birthday': 'كىملىك نومۇرىدىكى تۇغۇلغان كۈن توغرا ئەمەس. كىملىككە قاراپ سېلىشتۇرۇڭ.',
  'id-check': 'كىملىك نومۇرىنىڭ بىر خانىسى خاتا بولۇشى مۇمكىن. كىملىككە قاراپ سېلىشتۇرۇڭ.',
  'id-same-person': 'بۇ يەرگە باشقا بىر كىشىنىڭ كىملىك نومۇرى يېزىلىدۇ. يەنە تەكشۈرۈڭ.',
  'date-invalid': 'بۇنداق كۈن يوق. يىل، ئاي ۋە كۈنگە قاراڭ.',
  'date-too-early': '\u2068{limit}\u2069 ياكى ئۇنىڭدىن كېيىنكى كۈننى يېزىڭ.',
  'date-too-late': '\u2068{limit}\u2069 ياكى ئۇنىڭدىن بۇرۇنقى كۈننى يېزىڭ.',
  'number-invalid': 'بۇ يەرگە سان يېزىڭ.',
  'number-too-small': 'بۇ يەردىكى ئەڭ كىچىك سان \u2068{limit}\u2069.',
  'number-too-large': 'بۇ يەردىكى ئەڭ چوڭ سان \u2068{limit}\u2069.',
  'choice-unknown': 'تىزىملىكتىن بىرنى تاللاڭ.',
  'address-incomplete': 'ئادرېس تولۇق ئەمەس. ئىشىك نومۇرىغىچە يېزىڭ.',
  'group-too-few': 'بۇ يەرگە ئاز دېگەندە \u2068{limit}\u2069 كىشى قوشۇلىدۇ.',
  'group-too-many': 'بۇ يەرگە ئەڭ كۆپ بولغاندا \u2068{limit}\u2069 كىشى قوشۇلىدۇ.',
  'odd-name-differs': 'بۇ ئىسىم ئالدىنقىسىغا ئوخشىمايدۇ. قاراپ كۆرۈڭ، توغرىمۇ؟',
  'odd-account-number': 'بۇ كارتا نومۇرى كۆپ ئۇچرىمايدۇ. بانكا كارتىسىغا سېلىشتۇرۇڭ، توغرىمۇ؟',
  'odd-many-children': 'بالىلار سانى كۆپرەك. ساناپ كۆرۈڭ، توغرىمۇ؟',
};
