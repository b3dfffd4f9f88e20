import { randomBytes, randomUUID } from 'node:crypto';
import { sleep } from '#contract/ports.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import { startTelemetry } from '#telemetry/telemetry.ts';
import { catalogueDir } from './catalogue/load-catalogue.ts';
import { noCodes, type CodeResolver } from './codes/code-resolver.ts';
import { demoResolver, readDemoCodes } from './codes/demo-resolver.ts';
import { startEmbedded, type EmbeddedDatabase } from './database/embedded.ts';
import { FALLBACK_ROOT, registryPostgres } from './database/places.ts';
import { ownRelease } from './database/release.ts';
import { describeError, type Log } from './log.ts';
import { startPlatform, type Platform } from './server.ts';
import { readSettings, type Settings } from './settings.ts';
import { systemClock } from './system-clock.ts';

/**
 * The platform as a process: settings from the environment (README.md), one line of JSON on stdout when it
 * listens, log lines on stderr. SIGTERM, SIGINT and the end of its parent close it within 5 s.
 */

const log: Log = (line) => {
  process.stderr.write(`${JSON.stringify({ time: new Date(systemClock.now()).toISOString(), ...line })}\n`);
};

const stopping = new AbortController();
let database: EmbeddedDatabase | undefined;
let platform: Platform | undefined;
/** Heeds `stopping` by itself: a database of our own is not left behind half started. */
let openingDatabase: Promise<unknown> = Promise.resolve();

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  if (!settings.ok) throw new Error(settings.fault.detail ?? settings.fault.code);
  const codes = await openCodes(settings.value.demoCodesFile);
  const opening = openDatabase(settings.value.database);
  openingDatabase = opening;
  const databaseUrl = await opening;
  if (stopping.signal.aborted) return;
  const { host, port, publicUrl, deskToken, load, webhookNetworks, metricsToken, recordMonths, uploads } =
    settings.value;
  const started = await startPlatform({
    databaseUrl,
    host,
    port,
    deskToken,
    ...(metricsToken === null ? {} : { metricsToken }),
    ...(publicUrl === null ? {} : { publicUrl }),
    clock: systemClock,
    catalogueDir,
    codes,
    load,
    deliver: { networks: webhookNetworks },
    recordMonths,
    uploads,
    log,
    ...(settings.value.telemetry === null ? {} : { telemetry: tellNode(settings.value.telemetry) }),
  });
  platform = started;
  if (stopping.signal.aborted) return;
  const line = { ready: { url: started.url, ...(database ? { dataDir: database.dataDir } : {}) } };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  process.send?.(line);
}

/** Each process is an instance: nodes of one machine are told apart, and nobody learns its name. */
function tellNode({ endpoint, intervalMs }: NonNullable<Settings['telemetry']>): Telemetry {
  return startTelemetry({
    endpoint,
    intervalMs,
    trusted: null,
    service: { name: 'yizhan-platform', version: String(ownRelease), instance: randomUUID() },
    clock: systemClock,
    randomBytes,
    onTrouble: (why) =>
      log(why === null ? { event: 'telemetry.told-again' } : { event: 'telemetry.not-told', why }),
  });
}

/** A file that cannot be read stops the start, not the first resident who shows a code. */
async function openCodes(file: string | null): Promise<CodeResolver> {
  if (file === null) return noCodes;
  await readDemoCodes(file);
  return demoResolver(file, systemClock);
}

async function openDatabase(settings: Settings['database']): Promise<string> {
  if (settings.kind === 'url') return settings.url;
  const native = registryPostgres();
  if (!native.ok) throw new Error(native.fault.detail);
  const started = await startEmbedded({
    dataDir: settings.dataDir,
    nativeDir: native.value,
    fallbackRoot: FALLBACK_ROOT,
    clock: systemClock,
    randomBytes,
    signal: stopping.signal,
    log,
  });
  if (!started.ok) throw new Error(started.fault.detail ?? started.fault.code);
  database = started.value;
  void started.value.exited.then(() => {
    if (stopping.signal.aborted) return;
    log({ event: 'database.gone' });
    stop(1);
  });
  return started.value.url;
}

/** A start that ends by itself is waited for; one that waits for hours for another node's migration is not. */
const START_GRACE_MS = 2500;

/** The page first, so that nothing is refused for want of a database; then the database. */
function stop(exitCode: number): void {
  if (stopping.signal.aborted) return;
  stopping.abort();
  process.exitCode = exitCode;
  const opened = openingDatabase.catch(() => undefined);
  void Promise.race([running, opened.then(() => sleep(systemClock, START_GRACE_MS))])
    .then(() => platform?.close())
    .catch((error: unknown) => log({ event: 'platform.not-closed', ...describeError(error) }))
    .then(() => database?.stop())
    .catch((error: unknown) => log({ event: 'database.not-stopped', ...describeError(error) }))
    .then(() => process.exit());
}

const running = main().catch((error: unknown) => {
  if (!stopping.signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : 'The platform did not start.'}\n`);
    stop(1);
  }
});

process.on('SIGTERM', () => stop(0));
process.on('SIGINT', () => stop(0));
process.on('disconnect', () => stop(0));
