/** The restart that the platform orders, of the plain-Node host as its own process. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connect } from '#platform/database/connect.ts';
import { signingKey } from '#platform/departments/platform-keys.ts';
import { giveOrder } from '#platform/fleet/commands.ts';
import { startHost, type HostProcess } from '../support/host-process.ts';
import { startRealStation, type RealStation } from '../support/real-station.ts';

const HOUR_MS = 3_600_000;
/** sysexits EX_TEMPFAIL (electron/host/main.ts). */
const EXIT_RESTART = 75;

let station: RealStation;
let host: HostProcess;
let pool: ReturnType<typeof connect>;

beforeAll(async () => {
  station = await startRealStation();
  pool = connect(station.databaseUrl);
  host = await startHost(station);
});
afterAll(async () => {
  await host.stop();
  await pool.end();
  await station.close();
});

test('the host ends in good order with the code for its supervisor, and the program that comes tells that it is done, and counts no crash', async () => {
  await vi.waitFor(async () => {
    expect((await pool.query('SELECT 1 FROM terminal')).rowCount).toBe(1);
  }, 20_000);
  const nowMs = Date.now();
  const order = {
    terminalId: 'demo-01',
    order: { kind: 'restart' } as const,
    validForMs: HOUR_MS,
    releaseId: null,
  };
  const commandId = await giveOrder(pool, await signingKey(pool, 'fleet_key', nowMs), order, nowMs);
  expect(await host.ended).toBe(EXIT_RESTART);
  host = await startHost(station);
  const { rows } = await vi.waitFor(
    async () => {
      const found = await pool.query<{ result: string; crashes: number }>(
        `SELECT c.result, (f.report->>'crashes24h')::int AS crashes FROM fleet_command c JOIN fleet_terminal f USING (terminal_id)
         WHERE c.command_id = $1 AND c.settled_at IS NOT NULL AND f.heard_at > c.settled_at`,
        [commandId],
      );
      expect(found.rowCount).toBe(1);
      return found;
    },
    { timeout: 40_000, interval: 200 },
  );
  expect(rows).toEqual([{ result: 'done', crashes: 0 }]);
});
