import type { QueueCommand } from '#contract/queue/command.ts';
import type { TicketClass } from '#contract/queue/ticket.ts';
import {
  MINUTE_MS,
  NINE_MS,
  queueForTests,
  ticketIdOf,
  type QueueUnderTest,
} from '#terminal/tickets/for-tests.ts';
import { seeded } from './seeded.ts';

/** A day of a station, played from a seed: people come, are called, come or do not, are served, are sent on. */
export interface DayPlan {
  readonly seed: number;
  readonly hours: number;
  /** Lines of each window, `1` first. */
  readonly windows: readonly (readonly string[])[];
  /** People an hour, by the hour; the last figure goes on. */
  readonly perHour: readonly number[];
  /** Mean minutes at a window, by line. */
  readonly minutes: Readonly<Record<string, number>>;
  /** Standard deviation as a part of the mean. */
  readonly spread: number;
  readonly priorityPart: number;
  readonly missPart: number;
  readonly transferPart: number;
  /** Windows from this one on pause between these minutes of the day. */
  readonly pause: { readonly fromWindow: number; readonly from: number; readonly to: number } | null;
}

export function playDay(plan: DayPlan): QueueUnderTest {
  const queue = queueForTests();
  const unit = seeded(plan.seed);
  const lines = [...new Set(plan.windows.flat())];
  const agenda: { atMs: number; order: number; run: () => void }[] = [];
  let order = 0;
  let people = 0;
  const at = (atMs: number, run: () => void): void => {
    order += 1;
    agenda.push({ atMs: Math.round(atMs), order, run });
  };
  const after = (ms: number, run: () => void): void => {
    at(queue.nowMs() + ms, run);
  };
  const isDone = (command: QueueCommand): boolean => queue.ask(command).ok;
  const oneOf = <T>(values: readonly T[]): T | undefined => values[Math.floor(unit() * values.length)];

  /** Lognormal, as times at a window are. */
  function minutesAt(line: string): number {
    const mean = plan.minutes[line] ?? 6;
    const sigma = Math.sqrt(Math.log(1 + plan.spread ** 2));
    const normal = Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
    return mean * Math.exp(sigma * normal - sigma ** 2 / 2);
  }

  function arrive(): void {
    people += 1;
    const priority: TicketClass = oneOf(['care', 'care', 'honoured'] as const) ?? 'care';
    const ticketClass = unit() < plan.priorityPart ? priority : 'ordinary';
    const line = oneOf(lines) ?? 'A';
    isDone({ verb: 'take', ticketId: ticketIdOf(people), line, slug: null, instead: null, ticketClass });
    for (const window of plan.windows.keys()) after(2_000 + unit() * 8_000, () => goOn(String(window + 1)));
  }

  function goOn(window: string): void {
    if (queue.day().windows.get(window)?.ticketId === null && isDone({ verb: 'next', window }))
      called(window);
  }

  function called(window: string): void {
    const ticketId = queue.day().windows.get(window)?.ticketId ?? '';
    const line = queue.day().tickets.get(ticketId)?.line ?? 'A';
    if (unit() < plan.missPart) {
      after(25_000, () => isDone({ verb: 'recall', window, ticketId }));
      after(50_000, () => {
        isDone({ verb: 'no-show', window, ticketId });
        goOn(window);
      });
      after((5 + unit() * 20) * MINUTE_MS, () => isDone({ verb: 'return', ticketId }));
      return;
    }
    after(15_000, () => isDone({ verb: 'serve', window, ticketId }));
    after(15_000 + minutesAt(line) * MINUTE_MS, () => {
      const isSentOn = unit() < plan.transferPart;
      const other = oneOf(lines.filter((one) => one !== line));
      if (isSentOn && other !== undefined) {
        isDone({
          verb: 'transfer',
          window,
          ticketId,
          target: { to: 'line', line: other },
          reason: 'next-step',
        });
      } else isDone({ verb: 'finish', window, ticketId });
      after(5_000 + unit() * 20_000, () => goOn(window));
    });
  }

  for (const [index, served] of plan.windows.entries()) queue.open(String(index + 1), ...served);
  for (let hour = 0, ms = 0; hour < plan.hours;) {
    ms += (-Math.log(1 - unit()) * 60 * MINUTE_MS) / (plan.perHour[hour] ?? plan.perHour.at(-1) ?? 10);
    hour = Math.floor(ms / (60 * MINUTE_MS));
    if (hour < plan.hours) at(NINE_MS + ms, arrive);
  }
  for (const index of plan.windows.keys()) {
    const window = String(index + 1);
    if (plan.pause === null || index + 1 < plan.pause.fromWindow) continue;
    at(NINE_MS + plan.pause.from * MINUTE_MS, () => isDone({ verb: 'pause-window', window }));
    at(NINE_MS + plan.pause.to * MINUTE_MS, () => {
      isDone({ verb: 'resume-window', window });
      goOn(window);
    });
  }
  for (let turn = nextOf(agenda); turn !== null; turn = nextOf(agenda)) {
    queue.pass(turn.atMs - queue.nowMs());
    turn.run();
  }
  return queue;
}

function nextOf<T extends { atMs: number; order: number }>(agenda: T[]): T | null {
  agenda.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  return agenda.shift() ?? null;
}
