import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { createAudit } from '../audit/audit.ts';
import { openStore, type Store } from '../store/store.ts';
import { createHelpCalls, helpDelays, type HelpCalls } from './help-calls.ts';
import { createListeners, createStationHelp, type StationHelp } from './station-help.ts';

const first = { staffId: 's01', window: '1' };
const second = { staffId: 's02', window: '2' };

let dataDir: string;
let store: Store;
let clock: SimulatedClock;
let calls: HelpCalls;
let help: StationHelp;

function start(): void {
  store = expectValue(openStore(dataDir));
  const audit = createAudit(store, clock);
  calls = createHelpCalls({ store, audit, clock, own: '01', newUuid: randomUUID, log: () => undefined });
  const listeners = createListeners();
  help = createStationHelp({ calls, listeners, clock, own: '01', kiosks: null, hub: null });
}

beforeEach(() => {
  dataDir = newDataDir();
  clock = new SimulatedClock();
  start();
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

const audited = (): string[] =>
  store
    .sql('SELECT event, actor, disposition, detail FROM audit ORDER BY sequence')
    .all()
    .map((row) => Object.values(row).map(String).join(' '));

function callId(): string {
  const [call] = help.atConsole().calls;
  if (!call) throw new Error('nobody calls');
  return call.callId;
}

describe('a call for staff', () => {
  it('says which kiosk, since when and from what page, and nothing else', async () => {
    help.listen();
    expect(help.call('question')).toEqual({ ok: true, value: null });
    const calledMs = clock.now();
    await clock.advance(20_000);
    expect(help.atConsole()).toMatchObject({
      nowMs: calledMs + 20_000,
      calls: [{ callId: callId(), kiosk: '01', page: 'question', calledMs, helper: null }],
    });
    expect(audited()).toEqual(['help.called resident heard kiosk 01, question']);
  });

  it('touched again is the same call, and one row of the audit', () => {
    help.call('start');
    const before = callId();
    expect(help.call('guide').ok).toBe(true);
    expect(callId()).toBe(before);
    expect(audited()).toEqual(['help.called resident nobody-there kiosk 01, start']);
  });

  it('is answered by one: who comes second is told so, whoever did it twice is not', () => {
    help.call('start');
    expect(help.come(callId(), first).ok).toBe(true);
    expect(help.come(callId(), first).ok).toBe(true);
    expect(help.come(callId(), second)).toEqual({ ok: false, fault: { code: 'help.taken' } });
    expect(help.atKiosk().call?.helper).toEqual(first);
    expect(audited().slice(1)).toEqual(['help.answered staff success window 1, s01']);
  });

  it('is over when somebody says so, and nobody answers it any more', () => {
    help.call('start');
    const over = callId();
    expect(help.done(over, second).ok).toBe(true);
    expect(help.atKiosk().call).toBeNull();
    for (const act of [help.come, help.done])
      expect(act(over, first)).toEqual({ ok: false, fault: { code: 'help.gone' } });
    help.call('start');
    expect(help.done(over, first).ok).toBe(false);
    expect(help.atConsole().calls).toHaveLength(1);
    expect(audited().slice(1, 2)).toEqual(['help.done staff success window 2, s02']);
  });

  it('is taken back by who called, once', () => {
    help.call('start');
    expect(help.takeBack().ok).toBe(true);
    expect(help.takeBack().ok).toBe(true);
    expect(help.atConsole().calls).toEqual([]);
    expect(audited().slice(1)).toEqual(['help.taken-back resident success null']);
  });

  it('ends with the visit', () => {
    calls.visitEnded();
    help.call('paper');
    calls.visitEnded();
    expect(help.atConsole().calls).toEqual([]);
    expect(audited().slice(1)).toEqual(['help.ended terminal visit-ended null']);
  });

  it('is forgotten a while after the last that was heard of it', async () => {
    help.call('start');
    await clock.advance(helpDelays.forgetAfterMs - 1_000);
    help.come(callId(), first);
    await clock.advance(helpDelays.forgetAfterMs - 1_000);
    expect(help.atConsole().calls).toHaveLength(1);
    await clock.advance(2_000);
    expect(help.atConsole().calls).toEqual([]);
    expect(audited().at(-1)).toBe('help.ended terminal forgotten null');
  });
});

describe('when the terminal restarts', () => {
  it('a call is there as it was, with who comes', async () => {
    help.call('review');
    help.come(callId(), first);
    const before = help.atConsole().calls;
    // What ends with the process is the visit, and not the person.
    calls.close();
    calls.visitEnded();
    store.close();
    await clock.advance(60_000);
    start();
    expect(help.atConsole().calls).toEqual(before);
    expect(help.atKiosk().call?.helper).toEqual(first);
  });

  it('a call of hours ago is forgotten', async () => {
    help.call('review');
    calls.close();
    store.close();
    await clock.advance(3 * 3_600_000);
    start();
    await clock.advance(0);
    expect(help.atConsole().calls).toEqual([]);
  });
});

describe('the kiosk', () => {
  it('says that somebody hears for as long as a console that may come is open', () => {
    let told = 0;
    help.changes.subscribe(() => (told += 1));
    expect(help.atKiosk().isHeard).toBe(false);
    const [one, other] = [help.listen(), help.listen()];
    one();
    one();
    expect(help.atKiosk().isHeard).toBe(true);
    other();
    expect(help.atKiosk().isHeard).toBe(false);
    expect(told).toBe(2);
  });
});
