import { catalogueDir } from '#platform/catalogue/load-catalogue.ts';
import { connect } from '#platform/database/connect.ts';
import { beginRelease, type NewRelease } from '#platform/fleet/releases/begin.ts';
import { cohortOf } from '#platform/fleet/releases/cohorts.ts';
import { RELEASE_COLUMNS, releaseRowSchema, type Release } from '#platform/fleet/releases/release-row.ts';
import { fleetFigures } from '#platform/fleet/figures.ts';
import { DESK_TOKEN } from '#platform/for-tests.ts';
import { plantTerminals, testTerminal } from '#platform/identity/for-tests.ts';
import { plantParcel, testParcel, type TestParcel } from '#platform/parcels/for-tests.ts';
import { startPlatform } from '#platform/server.ts';
import { passingClock } from './passing-clock.ts';
import { simulatedTerminal, type SimulatedTerminal } from './simulated-terminal.ts';

const START_MS = Date.UTC(2026, 10, 21, 17, 30);
const MINUTE_MS = 60_000;
/** Terminals that are on the line at once: a fleet's heartbeats are spread over their minute. */
const AT_ONCE = 24;
const STATIONS = 40;
/** Longer than any release here may take. */
const MOST_MINUTES = 120;

export interface PlayedFleet {
  readonly heartbeats: number;
  readonly perSecond: number;
  /** Milliseconds as a terminal sees them. */
  readonly median: number;
  readonly p99: number;
  readonly firstCohort: number;
  /** Who was told to take the bad version. */
  readonly toldBad: number;
  readonly minutesBad: number;
  readonly minutesGood: number;
  /** Of the updates of `fleet_terminal`, how many touched no index; in percent. */
  readonly hotPercent: number;
  /** What was not as it should be; empty: all is well. */
  readonly wrong: readonly string[];
}

export interface FleetWishes {
  readonly databaseUrl: string;
  readonly terminals: number;
  readonly percents: readonly number[];
  readonly random: () => number;
  readonly say: (line: string) => void;
}

/** A fleet against one node: all are heard; a bad version goes back by itself behind its first cohort; a good one reaches all. */
export async function playFleet(wishes: FleetWishes): Promise<PlayedFleet> {
  const { databaseUrl, say } = wishes;
  const clock = passingClock(START_MS);
  const nowMs = clock.now;
  const platform = await startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: DESK_TOKEN,
    clock,
    catalogueDir,
  });
  const pool = connect(databaseUrl, 2);
  try {
    const known = Array.from({ length: wishes.terminals }, (_, n) =>
      testTerminal(`F-${String(n).padStart(4, '0')}`, `999901${String((n % STATIONS) + 1).padStart(3, '0')}`),
    );
    await plantTerminals(databaseUrl, known);
    const bad = new Set(['1.1.0']);
    const lots = ['fails', 'crashes', 'hangs'] as const;
    const fleet = known.map((terminal) => {
      const lot = lots[Math.floor(wishes.random() * lots.length)] ?? 'fails';
      return simulatedTerminal({ terminal, url: platform.url, nowMs, bad, lot });
    });
    const times: number[] = [];
    const wrong: string[] = [];
    let spentMs = 0;

    const minute = async (): Promise<void> => {
      const began = performance.now();
      await allBeat(fleet, times);
      spentMs += performance.now() - began;
      // In steps, as the node's own looks are apart.
      await clock.pass(MINUTE_MS / 2);
      await clock.pass(MINUTE_MS / 2);
    };
    const until = async (isOver: () => Promise<boolean>): Promise<number> => {
      for (let minutes = 0; minutes < MOST_MINUTES; minutes += 1) {
        if (await isOver()) return minutes;
        await minute();
      }
      wrong.push(`not over after ${String(MOST_MINUTES)} minutes`);
      return MOST_MINUTES;
    };
    const release = async (releaseId: string): Promise<Release> => {
      const { rows } = await pool.query(
        `SELECT ${RELEASE_COLUMNS} FROM fleet_release r WHERE release_id = $1`,
        [releaseId],
      );
      return releaseRowSchema.parse(rows[0]);
    };
    const begin = async (version: string, back: string): Promise<string> => {
      const begun = await beginRelease(
        pool,
        wanted(parcelOf(version), parcelOf(back), wishes.percents),
        nowMs(),
      );
      if (begun.kind !== 'begun') throw new Error(`the release was not begun: ${begun.kind}`);
      return begun.releaseId;
    };

    for (const version of versions) await plantParcel(pool, parcelOf(version), nowMs());
    await minute();
    const { terminals } = await fleetFigures(pool, nowMs());
    const fine = terminals.find(({ condition }) => condition === 'fine')?.count;
    if (fine !== fleet.length)
      wrong.push(`of ${String(fleet.length)} terminals ${String(fine)} are heard and fine`);
    say(`${String(fine)} terminals are heard`);

    const badId = await begin('1.1.0', '1.0.0');
    const { plan } = await release(badId);
    const first = new Set(known.map(({ terminalId }) => terminalId).filter((id) => cohortOf(plan, id) === 0));
    const minutesBad = await until(
      async () =>
        (await release(badId)).state === 'withdrawn' && fleet.every((each) => each.version() === '1.0.0'),
    );
    const withdrawn = await release(badId);
    const toldBad = fleet.filter(({ told }) => told.includes('1.1.0'));
    for (const { terminalId } of toldBad)
      if (!first.has(terminalId))
        wrong.push(`${terminalId}, of no first cohort, was told to take the bad version`);
    if (toldBad.length === 0) wrong.push('nobody tried the bad version');
    if (withdrawn.cohort !== 0) wrong.push(`the bad version came to cohort ${String(withdrawn.cohort)}`);
    say(
      `the bad version: ${withdrawn.reason ?? ''}; ${String(toldBad.length)} of ${String(first.size)} of the first cohort were told, nobody beyond; all back after ${String(minutesBad)} minutes`,
    );

    const goodId = await begin('1.2.0', '1.0.0');
    const minutesGood = await until(
      async () =>
        (await release(goodId)).state === 'complete' && fleet.every((each) => each.version() === '1.2.0'),
    );
    const good = await release(goodId);
    if (good.state !== 'complete') wrong.push(`the good version is ${good.state}: ${good.reason ?? ''}`);
    say(`the good version: ${good.reason ?? ''}; all have it after ${String(minutesGood)} minutes`);
    for (const { terminalId, told } of fleet)
      if (told.filter((version) => version === '1.2.0').length !== 1)
        wrong.push(`${terminalId} was told ${told.join(', ')}`);

    times.sort((a, b) => a - b);
    return {
      heartbeats: times.length,
      perSecond: Math.round((times.length / spentMs) * 1000),
      median: times[Math.floor(times.length / 2)] ?? 0,
      p99: times[Math.floor(times.length * 0.99)] ?? 0,
      firstCohort: first.size,
      toldBad: toldBad.length,
      minutesBad,
      minutesGood,
      hotPercent: await hotPercent(pool),
      wrong,
    };
  } finally {
    await pool.end();
    await platform.close();
  }
}

/** All that anybody is told to take. */
const versions = ['1.0.0', '1.1.0', '1.2.0'] as const;
const parcels = new Map(
  versions.map((version): [string, TestParcel] => [version, testParcel('program', version)]),
);

function parcelOf(version: string): TestParcel {
  const parcel = parcels.get(version);
  if (parcel === undefined) throw new Error(`there is no parcel ${version}`);
  return parcel;
}

function wanted(to: TestParcel, back: TestParcel, percents: readonly number[]): NewRelease {
  return {
    kind: 'program',
    version: to.manifest.version,
    manifestSha256: to.manifestSha256,
    back: { version: back.manifest.version, manifestSha256: back.manifestSha256 },
    plan: { canaries: [], percents },
    healthyMinutes: 3,
    patienceMinutes: 10,
    mostBadPercent: 10,
  };
}

async function allBeat(fleet: readonly SimulatedTerminal[], times: number[]): Promise<void> {
  const waiting = fleet.values();
  const beatOn = async (): Promise<void> => {
    for (const terminal of waiting) {
      const tookMs = await terminal.beat();
      if (tookMs !== null) times.push(tookMs);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, beatOn));
}

/** Zero where the database has not counted yet. */
async function hotPercent(pool: ReturnType<typeof connect>): Promise<number> {
  const { rows } = await pool.query<{ percent: number | null }>(
    `SELECT (100 * n_tup_hot_upd / nullif(n_tup_upd, 0))::int AS percent FROM pg_stat_user_tables
     WHERE relname = 'fleet_terminal'`,
  );
  return rows[0]?.percent ?? 0;
}
