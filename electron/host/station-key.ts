/**
 * `npm run station-key -- exchange --config FILE --data FOLDER [--old-key FILE --new-key FILE]`: a new master key for
 * a stopped terminal. Without the two files the key lies in the data folder, and the new one is made.
 */
import { parseArgs } from 'node:util';
import { describeConfigFault } from '#config/load.ts';
import type { Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { backUpAlone, backupFolderOf } from '#terminal/store/backup.ts';
import { exchangeKeyFile, readMasterKey, rewrap } from '#terminal/store/master-key-exchange.ts';
import { openStore } from '#terminal/store/store.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { configBeside } from './config-beside.ts';
import { otherUsersFolder } from './folder-owner.ts';

const EXIT_USAGE = 2;
const EXIT_CONFIG = 3;
const EXIT_STORE = 4;

const usage =
  'usage: npm run station-key -- exchange --config FILE --data FOLDER [--old-key FILE --new-key FILE]';

const given = argumentsOf(process.argv.slice(2));
if (given === null) stop(usage, EXIT_USAGE);
const otherUsers = otherUsersFolder(given.data);
if (otherUsers !== null) stopForFault('the key is as it was', otherUsers);
const config = configBeside({ file: given.config, dataDir: given.data });
if (!config.ok) stop(config.fault.map(describeConfigFault).join('\n'), EXIT_CONFIG);

const exchange = { dataDir: given.data, randomBytes: systemRandomBytes };
const wrapped = given.keys === null ? exchangeKeyFile(exchange) : between(given.keys);
if (!wrapped.ok) stopForFault('the key is as it was', wrapped.fault);
console.log(`${wrapped.value} keys are wrapped by the new master key`);

const backupDir = backupFolderOf(config.value);
if (backupDir !== null) {
  const renewed = renewBackup(backupDir);
  if (!renewed.ok)
    stopForFault('the key is new, but the backups still need the old one: run this again', renewed.fault);
  console.log(`the backup is new, and those that needed the old key are gone: ${renewed.value}`);
}

function between(keys: { readonly old: string; readonly new: string }): Result<number, Fault> {
  const current = readMasterKey(keys.old);
  if (!current.ok) return current;
  const next = readMasterKey(keys.new);
  return next.ok ? rewrap(exchange, current.value, next.value) : next;
}

function renewBackup(backupDir: string): Result<string, Fault> {
  const opened = openStore(exchange.dataDir);
  if (!opened.ok) return opened;
  try {
    return backUpAlone(opened.value, backupDir, systemClock.now());
  } finally {
    opened.value.close();
  }
}

function argumentsOf(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        'old-key': { type: 'string' },
        'new-key': { type: 'string' },
      },
      allowPositionals: true,
      strict: true,
    });
    const { config, data, 'old-key': oldKey, 'new-key': newKey } = values;
    if (positionals.length !== 1 || positionals[0] !== 'exchange') return null;
    if (config === undefined || data === undefined) return null;
    if (oldKey === undefined && newKey === undefined) return { config, data, keys: null };
    if (oldKey === undefined || newKey === undefined) return null;
    return { config, data, keys: { old: oldKey, new: newKey } };
  } catch {
    return null;
  }
}

function stopForFault(what: string, { code, detail }: Fault): never {
  stop(`${what}: ${code}: ${detail ?? ''}`, EXIT_STORE);
}

function stop(sentence: string, exitCode: number): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCode);
}
