import { once } from 'node:events';
import { createOracle } from './queue-oracle.ts';
import {
  boardOf,
  booksOf,
  pause,
  stationLetters,
  type QueueStation,
  type StationTerminal,
} from './queue-station.ts';
import type { DoorBrowser } from './door-client.ts';
import type { TerminalClient } from './screen-client.ts';
import { seeded } from './seeded.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import { sameStamp } from '#contract/queue/stamp.ts';
import { foldAll } from '#terminal/tickets/fold.ts';
import { newDay } from '#terminal/tickets/queue-day.ts';

/** What a person had in the hand when he went from the kiosk. */
interface Slip {
  readonly asked: string;
  readonly number: string;
  readonly at: string;
}

export interface PlayedStation {
  readonly slips: readonly Slip[];
  /** Touches that ended with a kiosk that was killed: nobody saw a number. */
  readonly unanswered: number;
  readonly kills: number;
  readonly cuts: number;
  readonly callsSeen: number;
}

export interface StationPlan {
  readonly seed: number;
  readonly tickets: number;
  readonly windows: number;
  readonly boards: number;
  /** Milliseconds between two misfortunes. */
  readonly misfortuneEveryMs: number;
  /** Milliseconds between two people at one kiosk, at most. */
  readonly touchEveryMs: number;
}

/** A day in a minute: people at every kiosk, staff at every window, and somebody who pulls plugs. Ends when all are served. */
export async function playStation(station: QueueStation, plan: StationPlan): Promise<PlayedStation> {
  const random = seeded(plan.seed);
  const oneOf = <T>(values: readonly T[]): T => {
    const found = values[Math.floor(random() * values.length)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  };
  const terminals = [station.hub, ...station.members];
  const slips: Slip[] = [];
  const counted = { left: plan.tickets, unanswered: 0, kills: 0, cuts: 0 };
  let served = 0;
  const calls = new Set<string>();
  let isOver = false;

  async function kiosk(at: StationTerminal): Promise<void> {
    while (counted.left > 0) {
      if (at.host() === null) {
        await pause(50);
        continue;
      }
      counted.left -= 1;
      const asked = crypto.randomUUID();
      const number = await takeAt(at, asked).catch(() => null);
      if (number === null) {
        counted.unanswered += 1;
        await pause(100);
      } else if (number.startsWith('queue.')) {
        counted.left += 1;
        await pause(200);
      } else slips.push({ asked, number, at: at.number });
      await pause(random() * plan.touchEveryMs);
    }
  }

  async function takeAt(at: StationTerminal, ticketId: string): Promise<string | null> {
    const { api, socket } = await at.screen();
    // A touch listens for its end, and there are hundreds.
    socket.setMaxListeners(0);
    const gone = once(socket, 'close').then((): null => null);
    const ticketClass = random() < 0.15 ? 'care' : 'ordinary';
    const line = oneOf(stationLetters);
    const taking = api.queue
      .take({ ticketId, line, slug: null, ticketClass, language: 'zh' })
      .catch((): null => null);
    const taken = await Promise.race([taking, gone]);
    if (taken === null) return null;
    if (!taken.ok) return taken.fault.code;
    const read = async (): Promise<string | null> => {
      for await (const ticket of await api.queue.watchTaken({ ticketId }))
        if (ticket !== null) return ticket.number;
      return null;
    };
    return Promise.race([read().catch((): null => null), gone]);
  }

  /** Whatever the window finds there it goes on with, as somebody does whose screen was away for a while. */
  async function window(number: string, browser: DoorBrowser): Promise<void> {
    while (!isOver) {
      const opened = await browser.api().catch(() => null);
      if (opened === null) {
        await pause(100);
        continue;
      }
      const gone = once(opened.socket, 'close').then((): never => {
        throw new Error('the door is gone');
      });
      await Promise.race([work(number, opened.client), gone]).catch(() => undefined);
      opened.socket.terminate();
      await gone.catch(() => undefined);
    }
  }

  async function work(number: string, client: TerminalClient): Promise<void> {
    const ask = client.staff.queue.do;
    const usual = station.settings.windows.find((one) => one.window === number);
    await ask({ verb: 'open-window', window: number, lines: usual?.lines ?? [], person: 'x' });
    while (!isOver) {
      const called = await ask({ verb: 'next', window: number });
      if (!called.ok && called.fault.code === 'queue.nobody-waits') {
        await tidyUp(client, number);
        await pause(100);
        continue;
      }
      const ticketId = called.ok
        ? called.value.findLast((event) => event.type === 'called')?.ticketId
        : await present(client, number);
      if (ticketId === undefined) {
        await pause(60);
        continue;
      }
      await serve(ask, number, ticketId);
    }
  }

  async function serve(
    ask: TerminalClient['staff']['queue']['do'],
    number: string,
    ticketId: string,
  ): Promise<void> {
    const luck = random();
    const one = { window: number, ticketId };
    if (luck < 0.04) {
      await ask({ verb: 'hold', ...one, reason: 'form' });
      return;
    }
    if (luck < 0.08) {
      const target = { to: 'line', line: oneOf(stationLetters) } as const;
      await ask({ verb: 'transfer', ...one, target, reason: 'next-step' });
    } else if (luck < 0.5) {
      await ask({ verb: 'serve', ...one });
      await pause(random() * 30);
    }
    await ask({ verb: 'finish', ...one });
    served += 1;
  }

  async function seen(client: TerminalClient) {
    for await (const snapshot of await client.staff.queue.watch()) return snapshot;
    return null;
  }

  async function present(client: TerminalClient, number: string): Promise<string | undefined> {
    const snapshot = await seen(client);
    return snapshot?.windows.find((one) => one.window === number)?.ticketId ?? undefined;
  }

  /** With nobody waiting there is time for whoever was put aside, and for the one whose end nobody heard. */
  async function tidyUp(client: TerminalClient, number: string): Promise<void> {
    const snapshot = await seen(client);
    const ask = client.staff.queue.do;
    for (const { ticketId, state, window } of snapshot?.tickets ?? []) {
      if (state === 'held') await ask({ verb: 'release', ticketId });
      else if (window === number) await ask({ verb: 'finish', window: number, ticketId });
    }
  }

  async function board(browser: DoorBrowser): Promise<void> {
    while (!isOver) {
      const opened = await boardOf(browser).catch(() => null);
      if (opened === null) {
        await pause(200);
        continue;
      }
      const watch = async (): Promise<void> => {
        for await (const seen of await opened.client.board.watch())
          for (const { number } of seen?.calls ?? []) calls.add(number);
      };
      await Promise.race([watch().catch(() => undefined), once(opened.socket, 'close')]);
      opened.socket.terminate();
    }
  }

  /** One after the other, so that a terminal is off for as long as its start takes. */
  async function misfortunes(): Promise<void> {
    while (counted.left > 0 || served < slips.length * 0.8) {
      await pause(plan.misfortuneEveryMs * (0.5 + random()));
      const luck = random();
      if (luck < 0.4) await strike(station.hub);
      else if (luck < 0.65) await strike(oneOf(station.members));
      else {
        counted.cuts += 1;
        const struck = random() < 0.4 ? station.members : [oneOf(station.members)];
        const state = oneOf(['cut', 'refused', 'deaf'] as const);
        for (const { line } of struck) line?.set(state);
        await pause(plan.misfortuneEveryMs * random());
        for (const { line } of struck) line?.set('whole');
      }
    }
  }

  async function strike(terminal: StationTerminal): Promise<void> {
    counted.kills += 1;
    await terminal.kill();
    await pause(plan.misfortuneEveryMs * random() * 0.5);
    await terminal.start();
  }

  const boards: DoorBrowser[] = [];
  for (let index = 1; index <= plan.boards; index += 1)
    boards.push(await station.browser(index === 1 ? 'board' : `board-${index}`));
  const windows: { readonly number: string; readonly browser: DoorBrowser }[] = [];
  for (let index = 1; index <= plan.windows; index += 1) {
    const number = String(index);
    windows.push({ number, browser: await station.browser(`window-${number}`) });
  }
  const working = [...boards.map(board), ...windows.map(({ number, browser }) => window(number, browser))];
  await Promise.all([...terminals.map(kiosk), misfortunes()]);
  await whenLevelAndServed(station);
  isOver = true;
  // The ends of the last calls on their way.
  await pause(300);
  for (const one of terminals) await one.stop();
  await Promise.all(working);
  return { slips, ...counted, callsSeen: calls.size };
}

/** Until everybody has been served and no member has anything to tell. */
async function whenLevelAndServed(station: QueueStation): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    await pause(250);
    const waiting = await Promise.all(
      [station.hub, ...station.members].map(async (terminal) => {
        const { api } = await terminal.screen();
        const lines = await api.queue.lines();
        return lines.ok ? lines.value.lines.reduce((sum, line) => sum + line.waiting, 0) : 1;
      }),
    );
    if (waiting.every((count) => count === 0) && tries > 8) return;
  }
  throw new Error('people still wait');
}

/** What is wrong with the books of a station that is off; empty: they agree. */
export function judgeBooks(station: QueueStation, played: PlayedStation): string[] {
  const wrong: string[] = [];
  const { events, audit } = booksOf(station.hub);
  const taken = events.flatMap((event) => (event.type === 'taken' ? [event.ticket] : []));
  const byNumber = new Map(taken.map((ticket) => [ticket.number, ticket]));
  if (byNumber.size !== taken.length) wrong.push('a number stands twice in the hub’s log');
  if (new Set(played.slips.map(({ number }) => number)).size !== played.slips.length)
    wrong.push('two people hold one number');
  for (const { asked, number, at } of played.slips) {
    const ticket = byNumber.get(number);
    if (!ticket) wrong.push(`${number} of terminal ${at} is in no log`);
    else if (ticket.ticketId !== asked && ticket.instead !== asked)
      wrong.push(`${number} is somebody else’s`);
  }
  for (const member of station.members) {
    const theirs = booksOf(member);
    if (JSON.stringify(theirs.events) !== JSON.stringify(events))
      wrong.push(`terminal ${member.number} mirrors ${theirs.events.length} of ${events.length} events`);
    const alone = theirs.audit.filter(({ event }) => event === 'queue.take').map(({ detail }) => detail);
    const local = taken.filter((one) => one.local && one.arrived.terminal === member.number);
    if (alone.length !== local.length)
      wrong.push(`terminal ${member.number} gave out ${alone.length} alone, and ${local.length} were merged`);
  }
  wrong.push(...judgeAudit(taken, audit), ...judgeDay(station, events, played));
  return wrong;
}

function judgeAudit(
  taken: readonly { readonly number: string; readonly local: boolean }[],
  audit: ReturnType<typeof booksOf>['audit'],
): string[] {
  const wrong: string[] = [];
  const asked = audit.filter(({ event }) => event === 'queue.take').map(({ detail }) => detail.slice(0, 4));
  const merged = audit
    .filter(({ event }) => event === 'queue.merged')
    .flatMap(({ detail }) => detail.match(/[A-Z]\d{3}/g) ?? []);
  const said = [...asked, ...merged].sort();
  const given = taken.map(({ number }) => number).sort();
  if (said.join() !== given.join())
    wrong.push(`the audit names ${said.length} numbers, the log ${given.length}`);
  for (const bad of ['queue.number-twice', 'queue.numbers-unknown'])
    if (audit.some(({ event }) => event === bad)) wrong.push(`the audit has ${bad}`);
  return wrong;
}

/** Command by command, as the property test judges them. */
function judgeDay(station: QueueStation, events: readonly QueueEvent[], played: PlayedStation): string[] {
  const wrong: string[] = [];
  const oracle = createOracle(station.settings);
  let day = newDay('2026-01-01', []);
  for (let from = 0; from < events.length;) {
    const first = events[from];
    let to = from + 1;
    for (; to < events.length; to += 1) {
      const next = events[to];
      if (first === undefined || next === undefined || !sameStamp(first.stamp, next.stamp)) break;
    }
    const done = events.slice(from, to);
    const after = foldAll(day, done);
    wrong.push(...oracle.watch(day, done, after));
    day = after;
    from = to;
  }
  const over = ['done', 'cancelled', 'voided'];
  const held = new Set(played.slips.map(({ number }) => number));
  for (const { number, state } of day.tickets.values()) {
    if (!over.includes(state.name)) wrong.push(`${number} is ${state.name} at the end`);
    if (held.has(number) && state.name !== 'done')
      wrong.push(`${number} was in a hand, and is ${state.name}`);
  }
  return wrong;
}
