import {
  countOf,
  FIRST_IN_LINE,
  LAST_IN_LINE,
  ticketNumber,
  type LineLetter,
  type TicketNumber,
} from '#contract/queue/number.ts';
import type { NumberBlock } from '#contract/queue/settings.ts';
import type { QueueDay } from './queue-day.ts';

/**
 * Who gives out numbers, and which. The hub counts through the numbers that are in nobody's block. A terminal that
 * cannot ask the hub takes those of its own block. So does a member that was made the hub while the old one does not
 * answer, until the old one has been heard: how far it had counted, nobody knows. Nobody ever takes from the block of
 * another, so that no number is given out twice, whoever can speak with whom.
 */
export interface Issuer {
  readonly terminal: string;
  readonly counts: 'shared' | 'own-block';
  /** The hub is lost: the ticket is marked. */
  readonly local: boolean;
}

export function hubIssuer(terminal: string): Issuer {
  return { terminal, counts: 'shared', local: false };
}

/** A member whose hub is lost. */
export function loneIssuer(terminal: string): Issuer {
  return { terminal, counts: 'own-block', local: true };
}

/** A hub whose predecessor has not been heard since. */
export function successorIssuer(terminal: string): Issuer {
  return { terminal, counts: 'own-block', local: false };
}

/** The number behind the highest that was given out of the same part; null when it is used up. It never goes back. */
export function nextNumber(
  day: QueueDay,
  letter: LineLetter,
  blocks: readonly NumberBlock[],
  issuer: Issuer,
): TicketNumber | null {
  const given = [...day.given].filter((number) => number.startsWith(letter)).map(countOf);
  const isInBlock = (count: number): boolean => blocks.some(({ from, to }) => count >= from && count <= to);
  const shared = (): number | null =>
    behind(
      given.filter((count) => !isInBlock(count)),
      FIRST_IN_LINE,
      LAST_IN_LINE,
      isInBlock,
    );
  const own = (): number | null => {
    const block = blocks.find(({ terminal }) => terminal === issuer.terminal);
    return block ? behind(given, block.from, block.to, () => false) : null;
  };
  const count = issuer.counts === 'shared' ? (shared() ?? own()) : own();
  return count === null ? null : ticketNumber(letter, count);
}

/** The count behind the highest of those given between `from` and `to`. */
function behind(
  given: readonly number[],
  from: number,
  to: number,
  isLeftOut: (count: number) => boolean,
): number | null {
  const highest = given.reduce(
    (most, count) => (count >= from && count <= to ? Math.max(most, count) : most),
    from - 1,
  );
  let count = highest + 1;
  while (count <= to && isLeftOut(count)) count += 1;
  return count <= to ? count : null;
}
