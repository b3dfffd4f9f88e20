import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Order } from '#contract/fleet.ts';
import type { connect } from '#platform/database/connect.ts';
import { signingKey } from '#platform/departments/platform-keys.ts';
import { giveOrder } from '#platform/fleet/commands.ts';
import { plantParcel, testVerifyWith, type TestParcel } from '#platform/parcels/for-tests.ts';
import type { RealStation } from './real-station.ts';

const HOUR_MS = 3_600_000;

/** Its terminal's file becomes one over the station's, where packages lie between, and which names the key of the tests' packages. */
export function believeTestParcels({ config, dataDir }: Pick<RealStation, 'config' | 'dataDir'>): void {
  const whole = parse(readFileSync(config, 'utf8')) as { terminal: object }; // of the demo
  const below = { ...whole, terminal: undefined, parcels: { verifyWith: testVerifyWith } };
  writeFileSync(join(dataDir, 'station.yaml'), stringify(below));
  writeFileSync(config, stringify({ extends: 'station.yaml', terminal: whole.terminal }));
}

/** Adds the package to the platform and orders the terminal to take it. Returns the order's id. */
export async function giveParcel(
  pool: ReturnType<typeof connect>,
  terminalId: string,
  parcel: TestParcel,
): Promise<string> {
  const nowMs = Date.now();
  const { kind, version } = parcel.manifest;
  const manifestSha256 = await plantParcel(pool, parcel, nowMs);
  const order: Order =
    kind === 'configuration'
      ? { kind: 'fetch-config', version, manifestSha256 }
      : { kind: 'update', what: kind, version, manifestSha256 };
  const wanted = { terminalId, order, validForMs: HOUR_MS, releaseId: null };
  return giveOrder(pool, await signingKey(pool, 'fleet_key', nowMs), wanted, nowMs);
}
