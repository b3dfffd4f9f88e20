import type { Fault } from '#contract/fault.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { TicketNumber } from '#contract/queue/number.ts';
import type { Result } from '#contract/result.ts';
import type { Desk } from './members/desk.ts';
import type { HubLine } from './members/tell-predecessor.ts';
import type { QueueDay } from './queue-day.ts';
import type { StationClock } from './station-clock.ts';
import type { TermOf } from './station-day-rows.ts';
import type { Alongside } from './ticket-queue.ts';
import type { QueueActor } from './who.ts';

/**
 * By what it is known which day it is: the station's own log of it, or at a member the hub, in this run; a midnight that this
 * machine's clock passed while it ran; or no more than that clock, as it stood at the start.
 */
export type DayBy = 'station' | 'midnight' | 'start';

/** Where a terminal has the queue from: its own store at the hub, or the hub and what is mirrored of it at a member. */
export interface QueueSource {
  readonly clock: Pick<StationClock, 'nowMs'>;
  readonly desk: Desk;
  /** Of a member, the line to its hub; null: this terminal has none. */
  readonly toHub: Pick<HubLine, 'askHall'> | null;
  /** False of a member, and of a hub that was replaced. */
  isHub(): boolean;
  day(): QueueDay;
  dayBy(): DayBy;
  /** Numbers of today that this terminal noted before it gave them out. */
  noted(): readonly TicketNumber[];
  /** The events of a day; of an erased day there are none. */
  events(day: LocalDate): readonly QueueEvent[];
  /**
   * Faults: those of the verb (table.ts); `store.full`, `store.failed`; at a member also `queue.hub-lost`,
   * `queue.hub-refuses`, `queue.hub-replaced`. `alongside` is written in this terminal's store with what happened.
   */
  do(
    command: QueueCommand,
    by: QueueActor,
    alongside: Alongside,
  ): Promise<Result<readonly QueueEvent[], Fault>>;
  /** Null at a member, and at a hub that was replaced. */
  readonly termOf: TermOf;
  /** To be called now and then, also when nobody comes. */
  turn(): Result<null, Fault>;
  close(): Promise<void>;
}

/** After each change, what happened, with all of it on the disk; null: another log has taken the place of the one before. */
export type OnEvents = (events: readonly QueueEvent[] | null) => void;
