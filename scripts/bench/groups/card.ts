import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoConfig } from '#config/demo/demo-config.ts';
import { sleep, type Clock } from '#contract/ports.ts';
import type { VisitSnapshot } from '#contract/visit.ts';
import { serveSimulator } from '#drivers/channel/tcp-server.ts';
import { wireMs } from '#drivers/channel/uart-wire.ts';
import { cardReaderDelays } from '#drivers/id-card-reader/driver.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '#drivers/id-card-reader/simulator.ts';
import { syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { anyCodeFile } from '../../../tests/support/enrolment.ts';
import { startHost } from '../../../tests/support/host-process.ts';
import { openScreen, type TerminalClient } from '../../../tests/support/screen-client.ts';
import { startScriptedPlatform } from '../../../tests/support/scripted-platform.ts';
import { seeded } from '../../../tests/support/seeded.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import type { Figure } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { spreadOf } from '../statistics.ts';
import { latenessFigure, overUart, type UartRecord } from '../uart.ts';

const BAUD_RATES = [115_200, 9_600] as const;
const PLACINGS = 20;
const WARM_UPS = 3;
const SEED = 3;
const WIRE_ALLOWANCE = 1.1;
/** Find, select, read: a request and an answer each. */
const TRANSFERS_OF_A_READ = 6;
const LOOK_EVERY_MS = 1;
const LOOPBACK = '127.0.0.1';

export const group: BenchGroup = {
  about:
    'from a card in the field to its data at the screen’s API: simulated module, serial line by the clock, ' +
    'TCP, device host process, terminal process, WebSocket',
  measure: async (tools) => {
    const figures: Figure[] = [];
    for (const baudRate of BAUD_RATES) figures.push(...(await measureAt(baudRate, tools)));
    return figures;
  },
};

async function measureAt(baudRate: number, tools: BenchTools): Promise<Figure[]> {
  const { clock } = tools;
  const station = await startCardStation(baudRate, clock);
  try {
    const random = seeded(SEED);
    const readMs: number[] = [];
    let wire = 0;
    // Each placing has its own part of the poll interval, and a random moment within it.
    const parts = shuffled([...Array(PLACINGS).keys()], random);
    for (const [index, part] of [...Array(WARM_UPS).fill(0), ...parts].entries()) {
      // The processes' start, and what the compiler does in the first runs, are not the line's.
      if (index === WARM_UPS) station.record.latenessMs.length = 0;
      const phase = (part + random()) / PLACINGS;
      const measured = await station.readOne(phase);
      readMs.push(measured.readMs);
      wire = measured.wireBytes;
      tools.say(`${baudRate} baud: ${measured.readMs.toFixed(1)} ms`);
    }
    const spread = spreadOf(readMs.slice(WARM_UPS));
    const wireTimeMs = wireMs(wire, baudRate);
    const beside = {
      name: `${WIRE_ALLOWANCE} × ${wireTimeMs.toFixed(1)} ms on the wire (${wire} bytes) + ${cardReaderDelays.pollMs} ms poll`,
      value: WIRE_ALLOWANCE * wireTimeMs + cardReaderDelays.pollMs,
    };
    const goal = { is: 'at most', ratio: 1 } as const;
    const name = `card → API, ${baudRate} baud`;
    return [
      { name: `${name}, median`, unit: 'ms', ours: spread.median, spread, beside, goal },
      { name: `${name}, worst`, unit: 'ms', ours: spread.highest, spread, beside, goal },
      latenessFigure(`${baudRate} baud`, station.record.latenessMs),
    ];
  } finally {
    await station.close();
  }
}

async function startCardStation(baudRate: number, clock: Clock) {
  const record: UartRecord = { transfers: [], latenessMs: [] };
  const profile = printerProfile('generic-80');
  if (profile === null) throw new Error('there is no profile generic-80');
  const reader = new CardReaderSimulator({
    clock,
    samId: EXAMPLE_SAM_ID,
    baudRate: null,
    habits: FRANK_MODULE,
  });
  const printer = new ReceiptPrinterSimulator({
    clock: systemClock,
    profile,
    name: 'BENCH-80',
    lineMs: 1,
    afterStop: 'continue',
  });
  const platform = await startScriptedPlatform();
  const readerLine = await serveSimulator(overUart(reader, { clock, baudRate, record }), {
    host: LOOPBACK,
    port: 0,
  });
  const printerLine = await serveSimulator(printer, { host: LOOPBACK, port: 0 });
  const dataDir = newDataDir();
  const config = join(dataDir, 'terminal.yaml');
  writeFileSync(
    config,
    demoConfig({
      cardReaderPort: readerLine.port,
      printerPort: printerLine.port,
      platformUrl: platform.url,
      enrolmentCodeFile: anyCodeFile(dataDir),
    }),
  );
  const host = await startHost({ config, dataDir });
  const screen = await openScreen(host);
  const visit = await watchVisit(screen.api);
  await untilReady(screen.api);

  return {
    record,
    /** `phase` of the poll interval passes between an answered poll and the card in the field. */
    readOne: async (phase: number) => {
      await call(
        screen.api.visit.begin({ slug: 'elderly-allowance', language: 'zh', requestId: crypto.randomUUID() }),
      );
      await call(screen.api.visit.consent({ consentIds: ['c-notice', 'c-sensitive'] }));
      const polls = reader.requestCount(FIND);
      while (reader.requestCount(FIND) === polls) await sleep(clock, LOOK_EVERY_MS);
      await sleep(clock, phase * cardReaderDelays.pollMs);
      const isRead = visit.until(
        (snapshot) => snapshot?.step.kind === 'card' && snapshot.step.reader === 'read',
      );
      const placedMs = clock.monotonicMs();
      reader.placeCard(syntheticPerson('zhang-jianguo'));
      await isRead;
      const readMs = clock.monotonicMs() - placedMs;
      const transfers = record.transfers.slice(-TRANSFERS_OF_A_READ);
      const wireBytes = transfers.reduce((total, transfer) => total + transfer.bytes.length, 0);
      reader.takeCard();
      await call(screen.api.visit.end({ reason: 'finished' }));
      return { readMs, wireBytes };
    },
    close: async () => {
      screen.close();
      await host.stop();
      await readerLine.close();
      await printerLine.close();
      await platform.close();
      removeDataDir(dataDir);
    },
  };
}

const FIND = '2001';

async function watchVisit(api: TerminalClient) {
  const waiting = new Set<{ accept: (snapshot: VisitSnapshot | null) => boolean; resolve: () => void }>();
  const snapshots = await api.visit.watch();
  void (async () => {
    for await (const snapshot of snapshots) {
      for (const waiter of waiting) {
        if (!waiter.accept(snapshot)) continue;
        waiting.delete(waiter);
        waiter.resolve();
      }
    }
  })().catch(() => undefined); // the screen is closed at the end, and the stream with it
  return {
    until: (accept: (snapshot: VisitSnapshot | null) => boolean) =>
      new Promise<void>((resolve) => {
        waiting.add({ accept, resolve });
      }),
  };
}

async function untilReady(api: TerminalClient): Promise<void> {
  const snapshots = await api.station.watch();
  for await (const { catalogue, devices } of snapshots) {
    if (catalogue !== 'empty' && devices.every((device) => device.status.state === 'ready')) return;
  }
}

async function call(answer: Promise<{ ok: boolean }>): Promise<void> {
  const given = await answer;
  if (!given.ok) throw new Error(JSON.stringify(given));
}

function shuffled(items: readonly number[], random: () => number): number[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
