import { join } from 'node:path';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import { versionSchema } from '#contract/fleet.ts';
import type { UpdateOutcome, UpdateRequest } from '#contract/parcel.ts';
import { sleep, type Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Log } from '#terminal/log.ts';
import type { Journal, JournalFile, Step } from './journal.ts';
import type { UpdatePlaces } from './places.ts';
import {
  forgetCopies,
  readRequest,
  removeNoFolder,
  removeRequest,
  verifyRequest,
  writeOutcome,
} from './request.ts';
import type { Seen, Services } from './services.ts';
import type { Versions } from './versions.ts';

/** All intervals of the updater, in milliseconds. */
export interface UpdateDelays {
  readonly lookEveryMs: number;
  /** Of the terminal that was asked to end: within the two seconds behind which systemd starts it again. */
  readonly askEveryMs: number;
  /** A screen that is started again and again is so at least once in this time. */
  readonly screenHoldsMs: number;
  /** A new version that is not ready by then is gone back from. */
  readonly readyWithinMs: number;
  /** Ready for so long without a crash, it is kept. */
  readonly probationMs: number;
}

/** A machine that went down so often under a new version goes back. A power cut may come once, and a second time. */
const MOST_LIVES = 3;
/** A screen that the new version's session does not hold up is one that nobody can use. */
const MOST_SCREEN_RESTARTS = 3;
const UNDER_WAY = 'another one is under way';

export interface UpdaterPorts {
  readonly places: UpdatePlaces;
  readonly journal: JournalFile;
  readonly services: Services;
  readonly versions: Versions;
  readonly clock: Clock;
  readonly delays: UpdateDelays;
  readonly log: Log;
  /** Of the machine's present life. */
  readonly bootId: string;
}

/**
 * Changes the terminal's program when it asks for that, watches the new one, and goes back when that does not hold (docs/decisions/0055).
 * Whatever it rejects with, the journal says where it stands, and the next one goes on from there.
 */
export interface Updater {
  /** At the machine's start, before the terminal's: what a power cut broke off becomes one version or the other. */
  settle(): Promise<void>;
  /** Until no update is under way, and none is asked for. */
  run(): Promise<void>;
  /**
   * What root has laid out and tried by himself (a deb) is to be taken as if the terminal had asked for it, by whoever runs next. Faults:
   * `update.not-whole`: it is not there; `update.no-way-back`; `update.request-wrong`: another one is under way.
   */
  takeLaid(version: string, commandId: string): Result<null, Fault>;
}

export function createUpdater(ports: UpdaterPorts): Updater {
  const { places, journal, services, versions, clock, delays, log, bootId } = ports;

  function at(step: Step, entry: Journal, changed: Partial<Journal>): Journal {
    const next = { ...entry, ...changed, step };
    journal.write(next);
    log({ level: 'info', event: `update.${step}`, detail: `${next.before} → ${next.version}` });
    return next;
  }

  function back(entry: Journal, why: FaultCode): Journal {
    log({ level: 'error', event: 'update.not-held', code: why, detail: entry.version });
    return at('going-back', entry, { fault: why });
  }

  function tell(
    { commandId, version }: Pick<Journal, 'commandId' | 'version'>,
    outcome: UpdateOutcome['outcome'],
    why: string | null,
  ): void {
    const text: UpdateOutcome = {
      format: 'yizhan-update-outcome-1',
      ...{ commandId, version, outcome, fault: why, at: new Date(clock.now()).toISOString() },
    };
    try {
      writeOutcome(places.data, `${JSON.stringify(text)}\n`);
    } catch (error) {
      // Only its owner can have made the folder such that nothing can be written into it; the terminal runs all the same.
      log({ level: 'error', event: 'update.not-told', detail: String(error) });
    }
  }

  async function take(request: UpdateRequest): Promise<Journal | null> {
    const refuse = (why: Fault): null => {
      const detail = why.detail ?? request.version;
      log({ level: 'error', event: 'update.refused', code: why.code, detail });
      tell(request, 'refused', why.code);
      return null;
    };
    const before = versions.current();
    if (before === null) return refuse({ code: 'update.not-whole', detail: 'nothing is switched to' });
    const verified = verifyRequest(request, places, { current: before, taken: journal.taken() });
    if (!verified.ok) return refuse(verified.fault);
    const { manifest, tarball } = verified.value;
    const { version, madeAt } = manifest;
    if (version === before) {
      tell(request, 'taken', null);
      return null;
    }
    const laid = await versions.layOut({ tarball, sha256: manifest.file.sha256, version });
    if (!laid.ok) return refuse(laid.fault);
    if (!versions.canGoBack(version, before)) return refuse({ code: 'update.no-way-back', detail: version });
    // dpkg may have asked meanwhile: the first one goes on.
    if (journal.read() !== null) return refuse({ code: 'update.request-wrong', detail: UNDER_WAY });
    const { commandId } = request;
    const entry = { format: 'yizhan-update-journal-1' as const, commandId, version, before, madeAt };
    return at('waiting', { ...entry, step: 'waiting', lives: 0, bootId, fault: null }, {});
  }

  async function screenHolds(): Promise<boolean> {
    const before = await services.look();
    await sleep(clock, delays.screenHoldsMs);
    return (await services.look()).screenRestarts === before.screenRestarts;
  }

  /** Whoever stands there finishes: the terminal ends by itself, with everything written, when nobody does, and is stopped before it is there again. */
  async function waitForNobody(): Promise<void> {
    let asked: string | null = null;
    for (;;) {
      const { terminal, life } = await services.look();
      if (terminal === 'over' || terminal === 'failed') return;
      if (asked !== null && (terminal === 'starting' || life !== asked)) return;
      if (terminal === 'running' && asked === null) {
        await services.askToEnd();
        asked = life;
      }
      await sleep(clock, delays.askEveryMs);
    }
  }

  async function switchTo(entry: Journal): Promise<Journal> {
    await services.stop();
    try {
      await versions.switchTo(entry.version);
    } catch (error) {
      log({ level: 'error', event: 'update.not-switched', detail: String(error) });
      return back(entry, 'update.not-whole');
    }
    await services.reload();
    // Behind the stop, which may have been none in good order.
    await services.forget();
    return at('trying', entry, { lives: 1, bootId });
  }

  /** Why what runs cannot be kept; null: nothing is against it yet. */
  function whyNotKept(seen: Seen, screenRestarts: number, { screenHeld }: Journal): FaultCode | null {
    if (seen.crashed || seen.terminal === 'failed') return 'update.crashed';
    return screenHeld === true && screenRestarts >= MOST_SCREEN_RESTARTS ? 'update.crashed' : null;
  }

  /** Of a terminal that is stopped; what its window stands on is the same version's. */
  async function startAnew(): Promise<void> {
    await services.renewHeldScreen();
    await services.start();
  }

  async function tryOut(entry: Journal): Promise<Journal> {
    // Not what has failed while nobody looked.
    const begun = await services.look();
    if (begun.terminal === 'over') await startAnew();
    // Those of the weeks before count no more; whoever starts the screen sets its count to nought.
    let restartsBefore = begun.screenRestarts;
    let since: number | null = null;
    let notReadySince = clock.monotonicMs();
    for (;;) {
      const seen = await services.look();
      restartsBefore = Math.min(restartsBefore, seen.screenRestarts);
      const why = whyNotKept(seen, seen.screenRestarts - restartsBefore, entry);
      if (why !== null) return back(entry, why);
      const now = clock.monotonicMs();
      if (seen.terminal !== 'running') {
        // It may have been ordered to start anew.
        if (since !== null) notReadySince = now;
        since = null;
        if (now - notReadySince >= delays.readyWithinMs) return back(entry, 'parcel.not-ready');
      } else if (since === null) {
        since = now;
        // Its session and its pages are the new version's as well.
        await services.restartScreen();
      } else if (now - since >= delays.probationMs) return at('keeping', entry, {});
      await sleep(clock, delays.lookEveryMs);
    }
  }

  async function goBack(entry: Journal): Promise<null> {
    await services.stop();
    await relink(entry);
    await services.forget();
    // Before the start: the one that comes reads it.
    tell(entry, 'went-back', entry.fault);
    await startAnew();
    await services.restartScreen();
    return ended();
  }

  async function relink({ before }: Journal): Promise<void> {
    try {
      await versions.switchTo(before);
    } catch (error) {
      log({ level: 'error', event: 'update.not-switched', detail: String(error) });
      // It serves, if with units of another version. Otherwise this is done again.
      if (versions.current() !== before) throw error;
    }
    await services.reload();
  }

  async function keep(entry: Journal): Promise<null> {
    const { version, before, madeAt } = entry;
    await versions.keep(version, before);
    await services.reload();
    const last = journal.taken();
    // Gone back by order, the newest stays what an older one is measured by.
    const isOlder = last !== null && Date.parse(last.madeAt) > Date.parse(madeAt);
    const newest = isOlder ? last.madeAt : madeAt;
    journal.writeTaken({ format: 'yizhan-update-taken-1', version, before, madeAt: newest });
    tell(entry, 'taken', null);
    return ended();
  }

  function ended(): null {
    journal.remove();
    return null;
  }

  async function go(entry: Journal): Promise<Journal | null> {
    switch (entry.step) {
      case 'waiting': {
        const screenHeld = await screenHolds();
        await waitForNobody();
        return at('switching', entry, { screenHeld });
      }
      case 'switching':
        return switchTo(entry);
      case 'trying':
        return tryOut(entry);
      case 'going-back':
        return goBack(entry);
      case 'keeping':
        return keep(entry);
      default: {
        const never: never = entry.step;
        return never;
      }
    }
  }

  /** In a new life of the machine nothing of the terminal has run yet. */
  async function settle(): Promise<void> {
    const entry = journal.read();
    if (entry === null || entry.bootId === bootId) return;
    switch (entry.step) {
      case 'waiting':
      case 'switching':
        try {
          await versions.switchTo(entry.version);
        } catch (error) {
          log({ level: 'error', event: 'update.not-switched', detail: String(error) });
          return settledBack(back(entry, 'update.not-whole'));
        }
        await services.reload();
        at('trying', entry, { lives: 1, bootId });
        return;
      case 'trying': {
        const lived = at('trying', entry, { lives: entry.lives + 1, bootId });
        if (lived.lives <= MOST_LIVES) return;
        return settledBack(back(lived, 'update.crashed'));
      }
      case 'going-back':
        return settledBack(entry);
      case 'keeping':
        return;
      default: {
        const never: never = entry.step;
        return never;
      }
    }
  }

  /** What nobody settled at this life's start, whose terminal runs: it is not switched under whoever stands there. */
  async function resume(): Promise<void> {
    const entry = journal.read();
    if (entry === null || entry.bootId === bootId) return;
    if ((await services.look()).terminal === 'over') return settle();
    switch (entry.step) {
      case 'waiting':
      case 'switching':
        at('waiting', entry, { bootId });
        return;
      case 'trying': {
        const lived = at('trying', entry, { lives: entry.lives + 1, bootId });
        if (lived.lives > MOST_LIVES) back(lived, 'update.crashed');
        return;
      }
      case 'going-back':
      case 'keeping':
        return;
      default: {
        const never: never = entry.step;
        return never;
      }
    }
  }

  async function settledBack(entry: Journal): Promise<void> {
    await relink(entry);
    tell(entry, 'went-back', entry.fault);
    ended();
  }

  /** Null: there is none any more. */
  function nextRequest(): UpdateRequest | null {
    const request = readRequest(places.data);
    if (request !== 'unreadable') return request;
    log({ level: 'error', event: 'update.refused', code: 'update.request-wrong' });
    if (!removeNoFolder(places.data)) removeRequest(places.data, null);
    return null;
  }

  function takeLaid(version: string, commandId: string): Result<null, Fault> {
    const before = versions.current();
    if (before === null || !versionSchema.safeParse(version).success)
      return err(fault('update.not-whole', version));
    if (version === before) return ok(null);
    if (journal.read() !== null) return err(fault('update.request-wrong', UNDER_WAY));
    if (!versions.canGoBack(version, before)) return err(fault('update.no-way-back', version));
    // dpkg knows no such time, and must not bar what a release was made of earlier.
    const madeAt = journal.taken()?.madeAt ?? new Date(0).toISOString();
    const entry = { format: 'yizhan-update-journal-1' as const, commandId, version, before, madeAt };
    at('waiting', { ...entry, step: 'waiting', lives: 0, bootId, fault: null }, {});
    return ok(null);
  }

  return {
    settle,
    takeLaid,
    run: async () => {
      await resume();
      for (;;) {
        let entry = journal.read();
        // What stands in the journal is asked for no more.
        if (entry !== null) removeRequest(places.data, entry.commandId);
        while (entry !== null) entry = await go(entry);
        const request = nextRequest();
        // By now laid out, or refused; also what was broken off.
        forgetCopies(join(places.state, 'incoming'));
        if (request === null) return;
        const taken = await take(request);
        if (taken === null) removeRequest(places.data, request.commandId);
      }
    },
  };
}
