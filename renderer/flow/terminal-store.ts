import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { StationSnapshot } from '#contract/station.ts';
import type { VisitSnapshot } from '#contract/visit.ts';
import { keepConnected, type Connection, type TerminalClient } from './connection.ts';
import { newest } from './newest.ts';

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

  function start(clock: Clock): void {
    connection = keepConnected(
      clock,
      (api) => {
        void followStation(api);
        void followVisit(api);
      },
      () => {
        isConnected.value = false;
      },
    );
  }

  async function followStation(api: TerminalClient): Promise<void> {
    try {
      let isFirst = true;
      for await (const snapshot of await api.station.watch()) {
        // A terminal that restarted counts its revisions from the beginning again.
        station.value = isFirst ? snapshot : newest(station.value, snapshot);
        isFirst = false;
      }
    } catch {
      // The connection ended: it is made anew, and the stream with it.
    }
  }

  async function followVisit(api: TerminalClient): Promise<void> {
    try {
      for await (const snapshot of await api.visit.watch()) {
        const present = visit.value;
        visit.value =
          snapshot === null || present?.visitId !== snapshot.visitId ? snapshot : newest(present, snapshot);
        isConnected.value = true;
      }
    } catch {
      // As above.
    }
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

  async function run<T>(
    api: TerminalClient,
    ask: (api: TerminalClient) => Promise<Result<T>>,
  ): Promise<T | null> {
    callFault.value = null;
    try {
      const result = await ask(api);
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

  /** Somebody is there. Nothing waits for the answer, and nothing is told when it fails. */
  async function touch(): Promise<void> {
    await connection
      ?.api()
      ?.visit.touch()
      .catch(() => undefined);
  }

  return { station, visit, isConnected, isBusy, callFault, start, read, call, touch };
});
