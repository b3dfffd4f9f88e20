import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { StationSnapshot } from '#contract/station.ts';
import type { VisitSnapshot } from '#contract/visit.ts';
import { keepConnected, type Connection, type LiveLink, type TerminalClient } from './connection.ts';
import { newest } from './newest.ts';
import { withinLimit } from './within-limit.ts';

/**
 * What the terminal says, as it says it. The screen keeps no truth of its own: both snapshots come whole
 * and are replaced, and after a reload they come again.
 */
export const useTerminal = defineStore('terminal', () => {
  const station = shallowRef<StationSnapshot | null>(null);
  const visit = shallowRef<VisitSnapshot | null>(null);
  const isConnected = ref(false);
  /** Calls under way: a second touch waits for the first one's answer. */
  const callsUnderWay = ref(0);
  const isBusy = computed(() => callsUnderWay.value > 0);
  /** Why the last call did not do what was asked; cleared by the next one. */
  const callFault = shallowRef<Fault | null>(null);
  let connection: Connection | null = null;
  let live: LiveLink | null = null;
  let clock: Clock | null = null;

  function start(ownClock: Clock): void {
    clock = ownClock;
    connection = keepConnected(
      ownClock,
      (link) => {
        live = link;
        void follow(link, followStation);
        void follow(link, followVisit);
      },
      () => {
        live = null;
        isConnected.value = false;
      },
    );
  }

  /** A stream ends with its connection; when one ends alone, the connection is given up and made anew. */
  async function follow(link: LiveLink, stream: (link: LiveLink) => Promise<void>): Promise<void> {
    try {
      await stream(link);
    } catch {
      // Why it ended makes no difference.
    }
    if (live === link) link.giveUp();
  }

  async function followStation(link: LiveLink): Promise<void> {
    let isFirst = true;
    for await (const snapshot of await link.client.station.watch()) {
      // What an old connection still had on its way says nothing about now.
      if (live !== link) return;
      // A terminal that restarted counts its revisions from the beginning again.
      station.value = isFirst ? snapshot : newest(station.value, snapshot);
      isFirst = false;
    }
  }

  async function followVisit(link: LiveLink): Promise<void> {
    let isFirst = true;
    for await (const snapshot of await link.client.visit.watch()) {
      if (live !== link) return;
      showVisit(snapshot, isFirst);
      isFirst = false;
      isConnected.value = true;
    }
  }

  /** On its own: a local of the loop that waits for the next snapshot would hold the last one of an ended visit. */
  function showVisit(snapshot: VisitSnapshot | null, isFirst: boolean): void {
    const present = visit.value;
    const isOther = isFirst || snapshot === null || present?.visitId !== snapshot.visitId;
    visit.value = isOther ? snapshot : newest(present, snapshot);
  }

  /** Reads from the terminal; null when it did not work, and then `callFault` says why. */
  function read<T>(ask: (api: TerminalClient) => Promise<Result<T>>): Promise<T | null> {
    const api = connection?.api();
    return api ? run(api, ask) : Promise.resolve(null);
  }

  /** Asks the terminal to do something. A second touch, while the first is under way, asks nothing. */
  async function call<T>(ask: (api: TerminalClient) => Promise<Result<T>>): Promise<T | null> {
    const api = connection?.api();
    if (!api || isBusy.value) return null;
    callsUnderWay.value += 1;
    try {
      return await run(api, ask);
    } finally {
      callsUnderWay.value -= 1;
    }
  }

  /** Asks for what has no answer of its own. True: the terminal has done it; false also while another call is under way. */
  async function act(ask: (api: TerminalClient) => Promise<Result<unknown>>): Promise<boolean> {
    const done = await call(async (api): Promise<Result<true>> => {
      const result = await ask(api);
      return result.ok ? ok(true) : result;
    });
    return done === true;
  }

  async function run<T>(
    api: TerminalClient,
    ask: (api: TerminalClient) => Promise<Result<T>>,
  ): Promise<T | null> {
    callFault.value = null;
    try {
      const result = await withinLimit(ask(api), clock);
      if (result.ok) return result.value;
      // A touch that came too late for its page: the page has moved on, and nothing is wrong.
      if (result.fault.code !== 'visit.wrong-step' && result.fault.code !== 'visit.none') {
        callFault.value = result.fault;
      }
    } catch {
      callFault.value = { code: 'api.failed' };
    }
    return null;
  }

  /** Reads what a page can do without: null when it did not work, and no page says so. */
  async function peek<T>(ask: (api: TerminalClient) => Promise<Result<T>>): Promise<T | null> {
    const api = connection?.api();
    if (!api) return null;
    const result = await withinLimit(ask(api), clock).catch(() => null);
    return result?.ok ? result.value : null;
  }

  /** A stream of one page: each value as it comes, anew after the line was lost. The returned function ends it. */
  function listen<T>(
    open: (api: TerminalClient, signal: AbortSignal) => Promise<AsyncIterable<T>>,
    onValue: (value: T) => void,
  ): () => void {
    const abort = new AbortController();
    const stopWatching = watch(isConnected, (isUp) => void (isUp ? followIt() : undefined), {
      immediate: true,
    });
    async function followIt(): Promise<void> {
      const api = connection?.api();
      if (!api) return;
      try {
        for await (const value of await open(api, abort.signal)) {
          if (abort.signal.aborted) return;
          onValue(value);
        }
      } catch {
        // The line was lost, or the page was left; the next connection begins anew.
      }
    }
    return () => {
      stopWatching();
      abort.abort();
    };
  }

  /** Somebody is there. Nothing waits for the answer, and nothing is told when it fails. */
  async function touch(): Promise<void> {
    await connection
      ?.api()
      ?.visit.touch()
      .catch(() => undefined);
  }

  return { station, visit, isConnected, isBusy, callFault, start, read, peek, call, act, listen, touch };
});
