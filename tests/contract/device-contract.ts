import { describe, expect, it, vi, type TestContext } from 'vitest';
import type { DeviceState } from '#contract/devices.ts';
import type { OpenChannel } from '#drivers/channel/channel.ts';
import type { Bench, Harness } from './bench.ts';
import { StatusLog } from './status-log.ts';

export const DONE = 'done';

/** What every driver has, whatever it drives. */
export interface Driver {
  readonly status: DeviceState;
  start(): void;
  close(): Promise<void>;
}

/** A driver with what a suite must hear of it. */
export interface Unit {
  readonly driver: Driver;
}

export interface DeviceContract<Hands, U extends Unit> {
  readonly identity: RegExp;
  /** Whether it says anything at all; of one that does not, a handshake proves nothing. */
  readonly answers: boolean;
  /** A driver whose work shows as `busy`; polls and triggers do not. */
  readonly isBusyAtWork: boolean;
  create(open: OpenChannel, onStatus: (status: DeviceState) => void, patienceMs: number): U;
  /** One piece of work up to what proves it: `DONE`, or a fault's code. `turn` tells two of them apart. */
  work(unit: U, bench: Bench<Hands>, turn: number): Promise<string>;
  /** Several commands ordered at the same time: what was done, in the order in which it was. */
  readonly inTurn: {
    readonly run: (unit: U, bench: Bench<Hands>) => Promise<readonly string[]>;
    readonly expected: readonly string[];
  };
  /**
   * Work that lasts until a hand has pulled the cable, and what makes the device quick again. null where
   * work is over with its last byte, or where this harness has no means to make it last.
   */
  readonly longWork: {
    readonly begin: (unit: U, bench: Bench<Hands>) => Promise<string>;
    readonly after: (bench: Bench<Hands>) => void;
    /** What must be seen before it can be given work again, where its being ready is not enough. */
    readonly healed?: (bench: Bench<Hands>) => Promise<void>;
  } | null;
  /** How its status keeps to the truth, kind by kind. */
  readonly honesty: readonly {
    readonly title: string;
    /** Faults that only a simulator has at will are not asked of hardware: there this test is absent. */
    readonly needsSimulator: boolean;
    readonly run: (unit: U, bench: Bench<Hands>, log: StatusLog) => Promise<void>;
  }[];
}

/** The contract of all devices; each kind's suite brings its work and its truths. */
export function describeDeviceContract<Hands, U extends Unit>(
  kind: string,
  harness: Harness<Hands>,
  contract: DeviceContract<Hands, U>,
): void {
  // Simulators are many; there is one piece of hardware, and one pair of hands.
  const suite = harness.isHardware ? describe : describe.concurrent;
  vi.setConfig({ testTimeout: harness.isHardware ? 900_000 : 120_000 });

  suite(`${kind}: ${harness.label}`, () => {
    it('is identified by its own answer, and says who it is', async (context) => {
      const { log } = await readyUnit(context);
      expect(log.names(0).slice(0, 3)).toEqual(['opening', 'identifying', log.states[2]?.state]);
      const status = await log.idle();
      expect('identity' in status ? status.identity : '').toMatch(contract.identity);
    });

    it('goes from ready to work and back', async (context) => {
      const { unit, bench, log } = await readyUnit(context);
      const from = log.states.length;
      expect(await contract.work(unit, bench, 1)).toBe(DONE);
      await log.idle();
      if (contract.isBusyAtWork) expect(log.names(from)).toContain('busy');
      expect(log.names(from)).not.toContain('lost');
    });

    it('takes commands in turn, one at a time', async (context) => {
      const { unit, bench, log } = await readyUnit(context);
      expect(await contract.inTurn.run(unit, bench)).toEqual(contract.inTurn.expected);
      await log.idle();
    });

    it(secondOpenerTitle(), async (context) => {
      const { unit, bench } = await readyUnit(context);
      const second = newUnit(context, bench);
      second.unit.driver.start();
      if (harness.secondOpener === 'port-busy') {
        const status = await second.log.until('refused', (each) => each.state === 'lost');
        expect(status).toMatchObject({ fault: { code: 'device.port-busy' } });
      } else if (contract.answers) {
        await second.log.until('refused', (each) => each.state === 'lost' || each.state === 'unidentified');
        expect(second.log.names(0)).not.toContain('ready');
      }
      expect(await contract.work(unit, bench, 2)).toBe(DONE);
    });

    it('is lost when its cable is pulled while it is idle, and works again when it is back', async (context) => {
      const { unit, bench, log } = await readyUnit(context);
      await bench.cable.pull();
      const lost = await log.until('lost', (status) => status.state === 'lost');
      expect(lost).toMatchObject({ fault: { code: expect.stringMatching(/^device\.(lost|port-missing)$/) } });
      await bench.cable.plug();
      await log.idle();
      expect(await contract.work(unit, bench, 3)).toBe(DONE);
    });

    const { longWork } = contract;
    if (longWork !== null) {
      it('is lost when its cable is pulled in its work, which is not called done, and works again', async (context) => {
        const { unit, bench, log } = await readyUnit(context);
        const working = longWork.begin(unit, bench);
        await log.until('busy', (status) => status.state === 'busy');
        await bench.cable.pull();
        expect(await working).toBe('device.lost');
        await log.until('lost', (status) => status.state === 'lost');
        longWork.after(bench);
        await bench.cable.plug();
        await log.idle();
        await longWork.healed?.(bench);
        expect(await contract.work(unit, bench, 4)).toBe(DONE);
      });
    }

    it('frees its port when it is closed', async (context) => {
      const { unit, bench } = await readyUnit(context);
      await unit.driver.close();
      await bench.freed();
      const next = newUnit(context, bench);
      next.unit.driver.start();
      await next.log.idle();
      expect(await contract.work(next.unit, bench, 5)).toBe(DONE);
    });

    for (const { title, needsSimulator, run } of contract.honesty) {
      if (needsSimulator && harness.isHardware) continue;
      it(title, async (context) => {
        const { unit, bench, log } = await readyUnit(context);
        await run(unit, bench, log);
      });
    }

    function secondOpenerTitle(): string {
      if (harness.secondOpener === 'port-busy') return 'refuses a second opener with device.port-busy';
      return contract.answers
        ? 'lets a second opener never be ready, and goes on'
        : 'goes on while a second opener tries (of one that never answers, the second cannot know)';
    }
  });

  async function readyUnit(context: TestContext) {
    const bench = await harness.bench();
    // Registered first, so that the line ends after the drivers on it.
    context.onTestFinished(() => bench.end());
    const made = newUnit(context, bench);
    made.unit.driver.start();
    await made.log.idle();
    return { ...made, bench };
  }

  function newUnit(context: TestContext, bench: Bench<Hands>) {
    const log = new StatusLog(harness.patienceMs);
    const unit = contract.create(bench.open, log.onStatus, harness.patienceMs);
    context.onTestFinished(() => unit.driver.close());
    return { unit, log };
  }
}

/** A device that falls silent must not be called ready, and must be again when it speaks. */
export async function expectLostWhileSilent(
  log: StatusLog,
  silence: (isSilent: boolean) => void,
): Promise<void> {
  silence(true);
  const lost = await log.until('lost', (status) => status.state === 'lost');
  expect(lost).toMatchObject({ fault: { code: 'device.silent' } });
  silence(false);
  await log.idle();
}
