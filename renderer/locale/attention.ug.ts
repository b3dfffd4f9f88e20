import type { Attention } from '#contract/devices.ts';

const SLIP = 'داۋاملاشتۇرسىڭىز بولىدۇ. تالون كېرەك بولسا، خادىمدىن سوراڭ.';

/** The Uyghur of attention.zh.ts (ug.ts says what it needs before it is used). */
export const attentionUg: Record<Attention, string> = {
  'paper-out': `پرىنتېرنىڭ قەغىزى تۈگىدى. ${SLIP}`,
  'paper-near-end': 'پرىنتېرنىڭ قەغىزى ئاز قالدى. داۋاملاشتۇرسىڭىز بولىدۇ.',
  'cover-open': `پرىنتېرنىڭ قاپقىقى ئوچۇق. ${SLIP}`,
  cutter: `پرىنتېرنىڭ قەغەز كەسكۈچى قىسىلىپ قالدى. ${SLIP}`,
  hardware: `پرىنتېر بۇزۇلۇپ قالدى. ${SLIP}`,
  offline: `پرىنتېر ھازىر باسالمايدۇ. ${SLIP}`,
  'card-left': 'كىملىكىڭىزنى ئېلىۋېلىڭ',
};
