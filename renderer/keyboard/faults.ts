/** Why there are no candidates. The rest of the keyboard works on; renderer/locale/keyboard.* has a sentence for each. */
export const keyboardFaultCodes = [
  'keyboard.worker-failed', // the Worker did not start, or died
  'keyboard.dictionary-missing', // the Worker could not load its dictionary
  'keyboard.silent', // no answer within the time limit
  'keyboard.strokes-failed', // the same three for handwriting and stroke order
  'keyboard.strokes-missing',
  'keyboard.strokes-silent',
] as const;

export type KeyboardFaultCode = (typeof keyboardFaultCodes)[number];

export interface KeyboardFault {
  readonly code: KeyboardFaultCode;
}
