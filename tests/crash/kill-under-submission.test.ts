import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { startHost, type HostProcess } from '../support/host-process.ts';
import { startRealStation, type RealStation } from '../support/real-station.ts';
import { submitOne, untilItsItemIsThere } from '../support/robot-resident.ts';
import { openScreen, type TerminalClient } from '../support/screen-client.ts';
import { seeded } from '../support/seeded.ts';

/** `YIZHAN_KILL_ROUNDS=5000 YIZHAN_SEED=7 npm test -- integration` for a longer proof. */
const ROUNDS = Number(process.env['YIZHAN_KILL_ROUNDS'] ?? '50');
const SEED = Number(process.env['YIZHAN_SEED'] ?? '20261121');

/**
 * The kill strikes between two touches and a little later: counted in calls, so that a slow machine is not
 * spared. A submission takes some thirty calls, and 12 ms cover a transaction with its fsync.
 */
const MOST_CALLS = 90;
const LATEST_AFTER_CALL_MS = 12;

it(
  `nothing confirmed is lost or doubled when the terminal is killed ${ROUNDS} times under submission`,
  { timeout: 120_000 + ROUNDS * 20_000 },
  async () => {
    const random = seeded(SEED);
    const station = await startRealStation();
    const confirmed = new Set<string>();
    let kills = 0;
    let lostAnswers = 0;

    /** Every third kill strikes when the platform has stored an application and its answer is on the way. */
    function killAtSomeMoment(host: HostProcess, api: TerminalClient, at: RealStation): Promise<void> {
      const callsToLive = 1 + Math.floor(random() * MOST_CALLS);
      const delayMs = random() * LATEST_AFTER_CALL_MS;
      const diesAtAnswer = random() < 1 / 3;
      let calls = 0;
      return new Promise((resolve) => {
        at.answers.onAnswer = () => {
          if (!diesAtAnswer) return false;
          lostAnswers += 1;
          void host.kill().then(resolve);
          return true;
        };
        void submitUntilDeath(api, confirmed, () => {
          calls += 1;
          if (calls === callsToLive && !diesAtAnswer)
            setTimeout(() => void host.kill().then(resolve), delayMs);
        });
      });
    }

    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const host = await startHost({ config: station.config, dataDir: station.dataDir });
        const screen = await openScreen(host);
        await untilItsItemIsThere(screen.api);
        await killAtSomeMoment(host, screen.api, station);
        kills += 1;
        screen.close();
        const stored = receiptNumbersOnDisk(station);
        const lost = [...confirmed].filter((receiptNo) => !stored.has(receiptNo));
        expect(lost, `round ${round}, seed ${SEED}`).toEqual([]);
      }
      station.answers.onAnswer = () => false;
      const stored = await deliverTheRest(station);
      const cases = await station.cases();
      const delivered = new Set(cases.map((entry) => entry.receiptNo));
      expect([...confirmed].filter((receiptNo) => !delivered.has(receiptNo))).toEqual([]);
      // Exactly what the disk holds, each once: an application that nobody saw confirmed counts too.
      expect(cases.map((entry) => entry.receiptNo).toSorted()).toEqual([...stored].toSorted());
      expect(new Set(cases.map((entry) => entry.applicationId)).size).toBe(cases.length);
      expect(kills).toBe(ROUNDS);
      // Otherwise the kills struck an idle terminal, and the test has proved nothing.
      expect(confirmed.size).toBeGreaterThan(ROUNDS / 2);
      expect(lostAnswers).toBeGreaterThan(ROUNDS / 10);
      console.log(
        `kill proof: ${kills} kills, ${lostAnswers} answers lost, ${confirmed.size} confirmed, ${cases.length} cases, seed ${SEED}`,
      );
    } finally {
      await station.close();
    }
  },
);

/** Ends when the connection does, which is what a killed terminal looks like from a screen. */
async function submitUntilDeath(
  api: TerminalClient,
  confirmed: Set<string>,
  onCall: () => void,
): Promise<void> {
  try {
    for (;;) confirmed.add(await submitOne(api, onCall));
  } catch (error) {
    if (error instanceof Error && /no answer for|after submit/.test(error.message)) throw error;
  }
}

function receiptNumbersOnDisk(station: RealStation): Set<string> {
  const database = new DatabaseSync(join(station.dataDir, 'terminal.db'), { readOnly: true });
  try {
    expect(database.prepare('PRAGMA integrity_check').get()?.['integrity_check']).toBe('ok');
    return new Set(
      database
        .prepare('SELECT receipt_no FROM application')
        .all()
        .map((row) => String(row['receipt_no'])),
    );
  } finally {
    database.close();
  }
}

async function deliverTheRest(station: RealStation): Promise<Set<string>> {
  const host = await startHost({ config: station.config, dataDir: station.dataDir });
  const screen = await openScreen(host);
  for await (const snapshot of await screen.api.station.watch()) {
    if (snapshot.outbox.waiting === 0) break;
  }
  screen.close();
  expect(await host.stop()).toBe(0);
  return receiptNumbersOnDisk(station);
}
