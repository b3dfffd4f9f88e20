import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Person, SignIn, Who } from '#contract/access.ts';
import type { Fault } from '#contract/fault.ts';
import type { HelpSnapshot } from '#contract/help.ts';
import type { Clock } from '#contract/ports.ts';
import type { StaffCommand } from '#contract/queue/command.ts';
import type { QueueSnapshot } from '#contract/queue/snapshot.ts';
import type { Result } from '#contract/result.ts';
import type { StationSnapshot } from '#contract/station.ts';
import type { TerminalHealth } from '#contract/terminal-health.ts';
import { SIGN_IN_PATH, SIGN_OUT_PATH } from '#contract/transport.ts';
import { keepConnected, type LiveLink, type TerminalClient } from '../flow/connection.ts';
import { newest } from '../flow/newest.ts';
import { watchSilence } from '../flow/silence.ts';
import { withinLimit } from '../flow/within-limit.ts';
import { createSignOut } from './sign-out.ts';
import { steady } from './terminal-wants.ts';

/** What was done, to be said aloud and shown. `ticketId`: its number is looked up when it is known. */
export interface Done {
  readonly key: string;
  readonly ticketId: string | null;
  readonly number: string | null;
}

const SECOND_MS = 1_000;

/** What the terminal says to this window, as it says it. The screen holds no truth: a snapshot comes whole each time. */
export const useStaff = defineStore('staff', () => {
  const who = shallowRef<Who | null>(null);
  /** Null: the station has no queue; undefined: nothing has come yet. */
  const queue = shallowRef<QueueSnapshot | null | undefined>(undefined);
  /** Null: nothing has come yet, or whoever is signed in only reads. */
  const help = shallowRef<HelpSnapshot | null>(null);
  const health = shallowRef<TerminalHealth | null>(null);
  /** Cards that were put on the reader of the kiosk for a page of staff: somebody stands there. */
  const cardsSeen = ref(0);
  const isConnected = ref(false);
  const isBusy = ref(false);
  const done = shallowRef<Done | null>(null);
  const callFault = shallowRef<Fault | null>(null);
  /** The station's time: this browser's clock may be wrong. */
  const nowMs = ref(0);
  let offsetMs = 0;
  let clock: Clock | null = null;
  let live: LiveLink | null = null;
  let isForWindow = true;
  /** Through the door. */
  const leaving = createSignOut(() => post(SIGN_OUT_PATH, {}, clock));

  const person = computed<Person | null>(() => who.value?.person ?? null);
  const isAtKiosk = computed(() => who.value !== null && who.value.browser === null);
  /** Of somebody at the kiosk, who sits at none: the one that was chosen. */
  const chosenWindow = ref<string | null>(null);
  const window = computed(() => who.value?.browser?.window ?? chosenWindow.value);
  /** Of the kiosk: its panel, in millimetres. */
  const screen = shallowRef<StationSnapshot['screen'] | null>(null);

  /** `page`: the technician's follows nothing of the queue. */
  function start(ownClock: Clock, page: 'window' | 'technician'): void {
    clock = ownClock;
    isForWindow = page === 'window';
    keepConnected(
      ownClock,
      (link) => {
        live = link;
        void follow(link);
      },
      () => {
        live = null;
        isConnected.value = false;
        void lookAtDoor();
      },
    );
    tick(ownClock);
  }

  function tick(own: Clock): void {
    nowMs.value = own.now() + offsetMs;
    own.after(SECOND_MS, () => {
      tick(own);
    });
  }

  /** A cookie that is over is taken away by the page's own answer, and who is shut out gets another page. */
  async function lookAtDoor(): Promise<void> {
    const look = (signal: AbortSignal) => fetch('/', { cache: 'no-store', signal });
    const answer = await abortedWithin(clock, look).catch(() => null);
    if (answer?.status === 401) location.reload();
  }

  async function follow(link: LiveLink): Promise<void> {
    try {
      await leaving.settle();
      if (live !== link) return;
      const told = await link.client.access.who();
      if (live !== link || !told.ok) return;
      const wasSignedIn = who.value !== null && who.value.person !== null;
      who.value = told.value;
      isConnected.value = true;
      if (told.value.browser === null) {
        // The session was that of the connection before: the screen is the resident's again.
        if (wasSignedIn && told.value.person === null) return toStartPage();
        await readScreen(link);
      }
      if (told.value.person === null) return;
      if (!isForWindow) return await followHealth(link);
      const mayCome = told.value.person.role !== 'auditor';
      // One that ends takes the others with it, and all begin anew.
      const help = mayCome ? [followHelp(link)] : [];
      await Promise.race([followQueue(link), followHealth(link), ...help]);
    } catch {
      // Why it ended makes no difference.
    }
    giveUp(link);
  }

  /** From here on nobody says anything over it. */
  function giveUp(link: LiveLink | null): void {
    if (link === null || live !== link) return;
    live = null;
    link.giveUp();
  }

  async function readScreen(link: LiveLink): Promise<void> {
    if (screen.value !== null) return;
    for await (const snapshot of await link.client.station.watch()) {
      screen.value = snapshot.screen;
      return;
    }
  }

  async function followQueue(link: LiveLink): Promise<void> {
    // The kiosk's own screen has no line that is cut, and its session ends with its connection.
    const silence =
      clock === null || isAtKiosk.value
        ? null
        : watchSilence(clock, () => {
            giveUp(link);
          });
    let isFirst = true;
    try {
      for await (const snapshot of await link.client.staff.queue.watch()) {
        if (live !== link) return;
        // A station without a queue says so once, and nothing more.
        if (snapshot === null) silence?.stop();
        else silence?.heard();
        show(snapshot, isFirst);
        isFirst = false;
      }
    } finally {
      silence?.stop();
    }
  }

  async function followHealth(link: LiveLink): Promise<void> {
    for await (const snapshot of await link.client.staff.terminal.watch()) {
      if (live !== link) return;
      health.value = steady(health.value, snapshot);
    }
  }

  async function followHelp(link: LiveLink): Promise<void> {
    for await (const snapshot of await link.client.staff.help.watch()) {
      if (live !== link) return;
      help.value = snapshot;
      if (queue.value === null) tellTime(snapshot.nowMs);
    }
  }

  function show(snapshot: QueueSnapshot | null, isFirst: boolean): void {
    const present = queue.value ?? null;
    // A terminal that restarted counts its revisions from the beginning again.
    queue.value = isFirst || snapshot === null ? snapshot : newest(present, snapshot);
    if (snapshot !== null) tellTime(snapshot.nowMs);
  }

  function tellTime(stationMs: number): void {
    if (clock === null) return;
    offsetMs = stationMs - clock.now();
    nowMs.value = stationMs;
  }

  /** One thing at a time: a second key while the first is under way does nothing. */
  async function ask<T>(work: (api: TerminalClient) => Promise<Result<T>>): Promise<T | null> {
    const link = live;
    if (link === null || isBusy.value) return null;
    isBusy.value = true;
    callFault.value = null;
    try {
      const result = await withinLimit(work(link.client), clock);
      if (result.ok) return result.value;
      callFault.value = result.fault;
    } catch {
      callFault.value = { code: 'api.failed' };
    } finally {
      isBusy.value = false;
    }
    return null;
  }

  /** What a page can do without: nothing waits for it, and nothing is said when it fails. */
  async function peek<T>(work: (api: TerminalClient) => Promise<Result<T>>): Promise<T | null> {
    const link = live;
    if (link === null) return null;
    const result = await withinLimit(work(link.client), clock).catch(() => null);
    return result?.ok ? result.value : null;
  }

  /** As `ask`, of what has no answer of its own; true: it is done. */
  async function order(work: (api: TerminalClient) => Promise<Result<unknown>>): Promise<boolean> {
    const ordered = await ask(async (api) => {
      const result = await work(api);
      return result.ok ? { ok: true as const, value: true as const } : result;
    });
    return ordered !== null;
  }

  async function act(command: StaffCommand): Promise<boolean> {
    done.value = null;
    const events = await ask((api) => api.staff.queue.do(command));
    if (events === null) return false;
    const last = events.at(-1);
    const ofTicket = last !== undefined && 'ticketId' in last ? last.ticketId : null;
    done.value = { key: command.verb, ticketId: ofTicket, number: null };
    return true;
  }

  function say(key: string, number: string): void {
    done.value = { key, ticketId: null, number };
  }

  function signIn(staffId: string, pin: string): Promise<boolean> {
    const given = { staffId, pin };
    return comeIn((link) => (isAtKiosk.value ? link?.client.access.signIn(given) : comeThroughDoor(given)));
  }

  /** Behind whoever left: the answer to that takes the cookie away. */
  async function comeThroughDoor(given: SignIn): Promise<Result<null>> {
    await leaving.settle();
    return post(SIGN_IN_PATH, given, clock);
  }

  /** At the kiosk's own screen only. */
  function signInByPermit(code: string): Promise<boolean> {
    return comeIn((link) => link?.client.access.signInByPermit({ code }));
  }

  /** By a card: this connection is somebody's from now on. */
  function cameIn(): void {
    callFault.value = null;
    if (live !== null) void follow(live);
  }

  async function comeIn(
    work: (link: LiveLink | null) => Promise<Result<null>> | undefined,
  ): Promise<boolean> {
    isBusy.value = true;
    callFault.value = null;
    done.value = null;
    try {
      const link = live;
      const answer = await work(link);
      if (answer === undefined) return false;
      if (!answer.ok) callFault.value = answer.fault;
      // At the kiosk this connection is whose it is from now on.
      else if (isAtKiosk.value && link !== null) void follow(link);
      // Through the door who may do what is decided once a connection: a new one is made.
      else giveUp(live);
      return answer.ok;
    } catch {
      callFault.value = { code: 'api.failed' };
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  async function signOut(): Promise<void> {
    if (isAtKiosk.value) {
      // Nobody waits for a terminal that hangs: what does not get there ends with the page's connection.
      if (person.value !== null) void live?.client.access.signOut().catch(() => null);
      return toStartPage();
    }
    const link = live;
    // What is still on its way to whoever leaves is shown no more, whether the terminal answers or not.
    live = null;
    who.value = who.value === null ? null : { ...who.value, person: null };
    queue.value = undefined;
    help.value = null;
    health.value = null;
    done.value = null;
    callFault.value = null;
    await leaving.begin();
    link?.giveUp();
  }

  /** The same of a page's own stream. The returned function ends it. */
  function listen<T>(
    open: (api: TerminalClient, signal: AbortSignal) => Promise<AsyncIterable<T>>,
    onValue: (value: T) => void,
  ): () => void {
    const abort = new AbortController();
    const link = live;
    let isLeft = false;
    async function run(): Promise<void> {
      if (link === null) return;
      try {
        for await (const value of await open(link.client, abort.signal)) {
          if (isLeft) return;
          onValue(value);
        }
      } catch {
        // The page was left, or the connection ended, and with it the session.
      }
    }
    void run();
    return () => {
      isLeft = true;
      // Over a line that is gone nothing can be said any more, and the library throws it where nobody catches.
      if (live === link) abort.abort();
    };
  }

  function stay(): void {
    void live?.client.access.stay().catch(() => null);
  }

  return {
    who,
    isAtKiosk,
    screen,
    chooseWindow: (chosen: string) => {
      chosenWindow.value = chosen;
    },
    listen,
    stay,
    queue,
    help,
    health,
    isConnected,
    isBusy,
    done,
    callFault,
    nowMs,
    person,
    window,
    start,
    ask,
    peek,
    order,
    act,
    say,
    signIn,
    signInByPermit,
    cameIn,
    cardsSeen,
    signOut,
  };
});

/** Of the kiosk; nothing of whoever was signed in stays on the page. */
function toStartPage(): void {
  location.replace('./');
}

function post(path: string, body: object, clock: Clock | null): Promise<Result<null>> {
  return abortedWithin(clock, async (signal) => {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    if (!answer.ok) return { ok: false, fault: { code: 'api.forbidden' } };
    return (await answer.json()) as Result<null>; // our own door's answer
  });
}

/** As `withinLimit`, of what a browser asks by itself: a line that was cut would keep it, and what waits behind it, for minutes. */
async function abortedWithin<T>(clock: Clock | null, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  try {
    return await withinLimit(work(abort.signal), clock);
  } finally {
    abort.abort();
  }
}
