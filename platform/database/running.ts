import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { DATABASE, databaseUrl } from './embedded.ts';
import { reachableDataFolder } from './places.ts';
import { databaseUser } from './run-as.ts';

/** Manual 68.1: the fourth line of the lock file is the port. */
const PORT_LINE = 3;

/**
 * The database that a running platform has started in its data folder: for the operator's commands beside it. The folder is where
 * the platform was told to keep its data.
 */
export function runningDatabase(dataDir: string, fallbackRoot: string): Result<string> {
  const absent = err(
    fault('store.failed', `No platform is running on ${dataDir}; start it first, or set DATABASE_URL.`),
  );
  if (!existsSync(dataDir)) return absent;
  const runAs = databaseUser();
  if (!runAs.ok) return runAs;
  const folder = reachableDataFolder(dataDir, fallbackRoot, runAs.value);
  if (!folder.ok) return folder;
  try {
    const lines = readFileSync(join(folder.value, 'cluster', 'postmaster.pid'), 'utf8').split('\n');
    const port = Number(lines[PORT_LINE]);
    const password = readFileSync(join(folder.value, 'password'), 'utf8').trim();
    return Number.isInteger(port) && port > 0 ? ok(databaseUrl(port, password, DATABASE)) : absent;
  } catch {
    return absent;
  }
}
