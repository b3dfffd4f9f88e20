import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Person, Who } from '#contract/access.ts';
import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { StaffCommand } from '#contract/queue/command.ts';
import type { QueueSnapshot } from '#contract/queue/snapshot.ts';
import type { Result } from '#contract/result.ts';
import { SIGN_IN_PATH, SIGN_OUT_PATH } from '#contract/transport.ts';
import { keepConnected, type LiveLink, type TerminalClient } from '../flow/connection.ts';
import { newest } from '../flow/newest.ts';
import { withinLimit } from '../flow/within-limit.ts';

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
  const isConnected = ref(false);
  const isBusy = ref(false);
  const done = shallowRef<Done | null>(null);
  const callFault = shallowRef<Fault | null>(null);
  /** The station's time: this browser's clock may be wrong. */
  const nowMs = ref(0);
  let offsetMs = 0;
  let clock: Clock | null = null;
  let live: LiveLink | null = null;

  const person = computed<Person | null>(() => who.value?.person ?? null);
  const window = computed(() => who.value?.browser.window ?? null);

  function start(ownClock: Clock): void {
    clock = ownClock;
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
    const answer = await fetch('/', { cache: 'no-store' }).catch(() => null);
    if (answer?.status === 401) location.reload();
  }

  async function follow(link: LiveLink): Promise<void> {
    try {
      const told = await link.client.access.who();
      if (live !== link || !told.ok) return;
      who.value = told.value;
      isConnected.value = true;
      if (told.value.person === null) return;
      let isFirst = true;
      for await (const snapshot of await link.client.staff.queue.watch()) {
        if (live !== link) return;
        show(snapshot, isFirst);
        isFirst = false;
      }
    } catch {
      // Why it ended makes no difference.
    }
    if (live === link) link.giveUp();
  }

  function show(snapshot: QueueSnapshot | null, isFirst: boolean): void {
    const present = queue.value ?? null;
    // A terminal that restarted counts its revisions from the beginning again.
    queue.value = isFirst || snapshot === null ? snapshot : newest(present, snapshot);
    if (snapshot === null || clock === null) return;
    offsetMs = snapshot.nowMs - clock.now();
    nowMs.value = snapshot.nowMs;
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

  async function signIn(staffId: string, pin: string): Promise<boolean> {
    isBusy.value = true;
    callFault.value = null;
    done.value = null;
    try {
      const answer = await post(SIGN_IN_PATH, { staffId, pin });
      if (!answer.ok) callFault.value = answer.fault;
      // Who may do what is decided once a connection: a new one is made.
      else live?.giveUp();
      return answer.ok;
    } catch {
      callFault.value = { code: 'api.failed' };
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  async function signOut(): Promise<void> {
    await post(SIGN_OUT_PATH, {}).catch(() => null);
    who.value = null;
    queue.value = undefined;
    done.value = null;
    live?.giveUp();
  }

  return {
    who,
    queue,
    isConnected,
    isBusy,
    done,
    callFault,
    nowMs,
    person,
    window,
    start,
    ask,
    act,
    say,
    signIn,
    signOut,
  };
});

async function post(path: string, body: object): Promise<Result<null>> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) return { ok: false, fault: { code: 'api.forbidden' } };
  return (await answer.json()) as Result<null>; // our own door's answer
}
