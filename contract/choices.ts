/**
 * What a screen offers to choose from, where it is not the data of an item. Apart from the schemas, which are made
 * of these lists: a screen parses nothing, and loads no library that does.
 */

/**
 * What is said to the offices instead of applied for (GB/T 39046 table 10 and GB/T 33358): a question, a complaint,
 * a suggestion.
 */
export const interactionKinds = ['consult', 'complain', 'suggest'] as const;

/** Why a reply does not do. Words of one's own are not asked for: who has more to say says it in a new matter. */
export const refusalReasons = ['off-point', 'wrong', 'not-done', 'unclear', 'other'] as const;

/** What can be wrong with a guide. Words of one’s own are not asked for: they could hold a name. */
export const guideErrors = ['papers', 'days', 'fee', 'place', 'phone', 'hours', 'unclear', 'other'] as const;

/** Where somebody at a kiosk called for help, as far as staff are told: a kind of page, and never what stands on it. */
export const helpPages = [
  'start',
  'find',
  'guide',
  'queue',
  'consent',
  'identity',
  'question',
  'paper',
  'review',
  'received',
  'progress',
] as const;
export type HelpPage = (typeof helpPages)[number];
