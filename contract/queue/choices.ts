/**
 * What the queue's screens choose from and tell apart. Apart from the schemas, which are made of these lists: a
 * screen parses nothing, and loads no library that does.
 */

/**
 * Who goes first, by what they are and never by who they are, the first class before the others: emergency aid; 70
 * and older, disabled, late pregnancy, seriously ill (`care`); military, veterans, firefighters, martyrs' families
 * (`honoured`); who booked and came in time; everybody else. It says nothing about which of these a person is.
 */
export const ticketClasses = ['emergency', 'care', 'honoured', 'booked', 'ordinary'] as const;

/** Those that a person may say of himself at the kiosk. An emergency is for staff to see. */
export const classesAtKiosk = ['care', 'honoured', 'ordinary'] as const;

export const holdReasons = ['form', 'papers', 'copy', 'advice', 'other'] as const;
export const transferReasons = ['wrong-line', 'next-step', 'expert', 'other'] as const;
export const cancelReasons = ['left', 'mistake', 'never-printed'] as const;

/**
 * Where a ticket is. What leads from one state to another stands in one table, electron/terminal/tickets/table.ts,
 * and docs/queue.md is made from it.
 */
export const ticketStates = [
  'waiting',
  'called',
  'serving',
  'held',
  'missed',
  'done',
  'cancelled',
  'voided',
  'expired',
] as const;

/** What staff do with a ticket that they name. */
export const ticketVerbs = [
  'call',
  'recall',
  'serve',
  'finish',
  'no-show',
  'return',
  'hold',
  'resume',
  'release',
  'transfer',
  'reclass',
  'cancel',
] as const;

/** What staff do at a window, whoever is there. */
export const windowVerbs = [
  'next',
  'walk-in',
  'undo',
  'open-window',
  'pause-window',
  'resume-window',
  'close-window',
] as const;
