import type { FaultCode } from '#contract/fault.ts';

/**
 * What to do about a status byte SW3 (GA/T 467-2019; the bank readers' specification quotes the table):
 * - `go-on`: the command succeeded
 * - `find-again`: the card left or slipped; start over from find
 * - `retry`: worth trying the sequence again before anything is reported
 * - `give-up`: trying again does not help
 */
export type StatusAction = 'go-on' | 'find-again' | 'retry' | 'give-up';

export interface StatusMeaning {
  readonly meaning: string;
  readonly action: StatusAction;
  /** What is reported when the action has not helped. */
  readonly fault: FaultCode;
}

export const STATUS_OK = 0x90;
export const STATUS_NO_SUCH_ITEM = 0x91;
export const STATUS_CARD_FOUND = 0x9f;
export const STATUS_NO_CARD = 0x80;

const meanings: ReadonlyMap<number, StatusMeaning> = new Map([
  [STATUS_OK, { meaning: 'operation succeeded', action: 'go-on', fault: 'device.refused' }],
  [STATUS_CARD_FOUND, { meaning: 'card found', action: 'go-on', fault: 'device.refused' }],
  [STATUS_NO_SUCH_ITEM, { meaning: 'the card has no such item', action: 'go-on', fault: 'device.refused' }],
  [
    STATUS_NO_CARD,
    {
      meaning: 'no card, or the same card was not taken away',
      action: 'find-again',
      fault: 'card.read-failed',
    },
  ],
  [0x81, { meaning: 'selecting the card failed', action: 'find-again', fault: 'card.read-failed' }],
  [0x41, { meaning: 'reading the card failed', action: 'find-again', fault: 'card.read-failed' }],
  [0x31, { meaning: 'the card does not authenticate the module', action: 'retry', fault: 'card.suspicious' }],
  [0x32, { meaning: 'the module does not authenticate the card', action: 'retry', fault: 'card.suspicious' }],
  [0x33, { meaning: 'the card’s information does not verify', action: 'retry', fault: 'card.suspicious' }],
  [0x37, { meaning: 'the fingerprint block does not verify', action: 'retry', fault: 'card.suspicious' }],
  [0x3f, { meaning: 'information of a wrong length', action: 'retry', fault: 'card.read-failed' }],
  [0x40, { meaning: 'unrecognised card type', action: 'give-up', fault: 'card.not-id-card' }],
  [0x47, { meaning: 'no random number from the card', action: 'retry', fault: 'card.read-failed' }],
  [
    0x10,
    { meaning: 'the module got a request with a wrong checksum', action: 'retry', fault: 'device.garbled' },
  ],
  [
    0x11,
    { meaning: 'the module got a request of a wrong length', action: 'give-up', fault: 'device.refused' },
  ],
  [0x21, { meaning: 'wrong command, parameter or sequence', action: 'retry', fault: 'device.refused' }],
  [0x23, { meaning: 'not permitted', action: 'give-up', fault: 'device.refused' }],
  [0x24, { meaning: 'unknown error of the module', action: 'retry', fault: 'device.refused' }],
  [0x60, { meaning: 'the module’s self-test failed', action: 'give-up', fault: 'device.refused' }],
  [0x66, { meaning: 'the module is not authorised', action: 'give-up', fault: 'device.refused' }],
]);

/** Codes that no source lists (22, 50, 61 are seen in hearsay) are shown by number. */
export function statusMeaning(status: number): StatusMeaning {
  return meanings.get(status) ?? { meaning: 'unlisted status', action: 'retry', fault: 'device.refused' };
}

export function statusText(status: number): string {
  const hex = status.toString(16).padStart(2, '0').toUpperCase();
  return `status ${hex}: ${statusMeaning(status).meaning}`;
}

export const listedStatuses: readonly number[] = [...meanings.keys()];
