import type { WatchNumber } from '../runtime/watched-driver.ts';

/**
 * What the module does with the card that lies there when it is asked to find one:
 * - `hides`: answers 80, as it has read this card; a 9F is then a card that was put there anew
 * - `finds`: answers 9F, as it has not read it, or was reset since; 80 again and again is then an empty field
 * - `unsure`: the line was opened anew, and nobody knows whether the module has lost its power with it
 */
export type FindHabit = 'hides' | 'finds' | 'unsure';

/** The card that was in the field last, until it is known to be gone. */
export interface FieldCard {
  /** In memory only, to tell this card from the next one; null when it could not be read. */
  readonly number: string | null;
  /** In which watch it was read, or tried; null outside of any. */
  readonly watch: WatchNumber | null;
  findHabit: FindHabit;
  /** Found lying there when nobody needed it any more. */
  isLeft: boolean;
  /** 80 in a row from a module that would find it. */
  absences: number;
  /** It was found at once where the module was to find it, so that a 80 there is worth something. */
  isFoundAtOnce: boolean;
  /** Checks in a row that told nothing. */
  failedChecks: number;
}

/**
 * One miss is nothing: the find that follows another command sometimes says 80, and a card slips. Taken for
 * gone too early, it would be the next person's reading; too late, its owner's who puts it there again is none.
 */
const ABSENCES_UNTIL_GONE = 2;
/** For a module that may be blind for a while after a reset, until it has shown that it is not. */
const ABSENCES_IF_PERHAPS_BLIND = 4;
/** A module that does not take the check is not asked for ever. */
const FAILED_CHECKS_UNTIL_GIVEN_UP = 3;

export function readCard(number: string, watch: WatchNumber | null): FieldCard {
  return {
    number,
    watch,
    findHabit: 'hides',
    isLeft: false,
    absences: 0,
    isFoundAtOnce: false,
    failedChecks: 0,
  };
}

/** Found and not read: the module goes on finding it. */
export function unreadCard(watch: WatchNumber | null): FieldCard {
  return {
    number: null,
    watch,
    findHabit: 'finds',
    isLeft: false,
    absences: 0,
    isFoundAtOnce: true,
    failedChecks: 0,
  };
}

export function isGone(card: FieldCard): boolean {
  return card.absences >= (card.isFoundAtOnce ? ABSENCES_UNTIL_GONE : ABSENCES_IF_PERHAPS_BLIND);
}

export function isGivenUp(card: FieldCard): boolean {
  return card.failedChecks >= FAILED_CHECKS_UNTIL_GIVEN_UP;
}
