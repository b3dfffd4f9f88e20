import { createHash } from 'node:crypto';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { LogPlace } from '#contract/queue/member-api.ts';

/**
 * The events of a day with a digest of each place among them, by which two terminals see in one exchange whether one's log
 * is the beginning of the other's: a count alone would not tell a hub that was restored from an older copy.
 */
export interface LogChain {
  readonly day: LocalDate;
  readonly events: readonly QueueEvent[];
  place(): LogPlace;
  append(events: readonly QueueEvent[]): void;
  /** Whether this very event stands in it. */
  has(event: QueueEvent): boolean;
  /** What comes behind a place of this log, at most `most`; null when it is no place of it. */
  behind(place: LogPlace, most: number): readonly QueueEvent[] | null;
}

const DIGEST_CHARS = 22;
const BEGINNING = 'A'.repeat(DIGEST_CHARS);

export function beginningOf(day: LocalDate): LogPlace {
  return { day, events: 0, digest: BEGINNING };
}

export function createLogChain(day: LocalDate, first: readonly QueueEvent[]): LogChain {
  const events: QueueEvent[] = [];
  const digests = [BEGINNING];
  /** Made when another log is first held against this one: most logs never are. */
  let known: Set<string> | null = null;

  function append(more: readonly QueueEvent[]): void {
    for (const event of more) {
      const text = canonical(event);
      const digest = createHash('sha256')
        .update(`${digests.at(-1) ?? ''} ${text}`)
        .digest('base64url');
      events.push(event);
      digests.push(digest.slice(0, DIGEST_CHARS));
      known?.add(text);
    }
  }

  append(first);
  return {
    day,
    events,
    append,
    place: () => ({ day, events: events.length, digest: digests.at(-1) ?? BEGINNING }),
    has: (event) => {
      known ??= new Set(events.map(canonical));
      return known.has(canonical(event));
    },
    behind: (place, most) =>
      place.day === day && digests[place.events] === place.digest
        ? events.slice(place.events, place.events + most)
        : null,
  };
}

/** The same text of the same event, in whatever order a program or a parser has put its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
