import type { TerminalConfig } from '#config/schema.ts';
import type { Fault } from '#contract/fault.ts';
import { localDate } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { createAudit } from '../../audit/audit.ts';
import type { Store } from '../../store/store.ts';
import { foldAll } from '../fold.ts';
import { newDay } from '../queue-day.ts';
import { createTicketLog } from '../ticket-log.ts';
import { createLinkRows } from './link-rows.ts';
import { addressOf, createTerms, hubHeard, roleOf, type KnownHub } from './terms.ts';

/** What a terminal that is off would be the hub with, or why it cannot be. */
export type Heir =
  | {
      readonly can: true;
      readonly next: KnownHub;
      /** The hub in whose place it is made. */
      readonly before: { readonly terminal: string; readonly at: string };
      /** Of today, as it was mirrored last. */
      readonly tickets: number;
      readonly waiting: number;
      /** Of the last thing that it knows of; null: nothing happened today. Milliseconds since 1970-01-01T00:00:00Z. */
      readonly lastMs: number | null;
    }
  | { readonly can: false; readonly why: 'no-door' | 'never-heard' | 'is-hub' | 'hub-not-named' };

export function heirOf(
  store: Store,
  config: Pick<TerminalConfig, 'hub' | 'lan' | 'terminal' | 'timeZone'>,
  clock: Clock,
): Heir {
  const { hub, lan, terminal, timeZone } = config;
  const stored = createTerms(store).read();
  if (roleOf(hub, stored, terminal.number).is === 'hub') return { can: false, why: 'is-hub' };
  const known = hubHeard(stored, terminal.number);
  if (hub === null) return { can: false, why: known === null ? 'never-heard' : 'hub-not-named' };
  if (lan === null) return { can: false, why: 'no-door' };
  if (known === null) return { can: false, why: 'never-heard' };
  const at = addressOf(hub);
  // As at its next start: the station's day, also on a machine whose clock is wrong.
  const on = localDate(clock.now() + (createLinkRows(store).read(at).offsetMs ?? 0), timeZone);
  const day = foldAll(newDay(on, []), createTicketLog(store).load(on).events);
  const took = { from: known.hub, on, at, isHeard: false };
  return {
    can: true,
    next: { term: known.term + 1, hub: terminal.number, took, address: null },
    before: { terminal: known.hub, at },
    tickets: day.tickets.size,
    waiting: [...day.tickets.values()].filter(({ state }) => state.name === 'waiting').length,
    lastMs: day.last?.atMs ?? null,
  };
}

/** From its next start on the terminal is the hub. Faults: `store.full`, `store.failed`. */
export function takeOver(store: Store, clock: Clock, next: KnownHub): Result<null, Fault> {
  return store.transaction(() => {
    createTerms(store).write(next);
    createAudit(store, clock).write({
      event: 'queue.hub-made',
      actor: 'technician',
      subject: null,
      disposition: 'success',
      detail: `term ${next.term}, in the place of terminal ${next.took?.from ?? ''} at ${next.took?.at ?? ''}`,
    });
    return null;
  });
}
