/**
 * `npm run outbox`: what a technician does with the outbox of a terminal that is not running. Results go to
 * standard output, faults to standard error; exit codes: 2 usage, 3 configuration, 4 store, 1 anything else.
 */
import { accessSync, constants } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describeConfigFault } from '#config/load.ts';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import { MAX_PARKED_PAGE, type ParkedCursor } from '#contract/parked.ts';
import { parseTransferCode } from '#contract/transfer/transfer-code.ts';
import { createAskedLines } from '#door/control/asked-lines.ts';
import type { CommandAct } from '#terminal/access/two-people.ts';
import { openOffline, type OfflineOutbox } from '#terminal/outbox/offline.ts';
import { needsItsKey, openMasterKey } from '#terminal/store/key-file.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { configBeside } from './config-beside.ts';
import { otherUsersFolder } from './folder-owner.ts';
import { outboxArguments, outboxUsage, type OutboxCommand } from './outbox-arguments.ts';
import { ANSWER_MS, confirmed } from './two-people-command.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_CONFIG = 3;
const EXIT_STORE = 4;
const MOST_NAME_CHARS = 100;

const given = outboxArguments(process.argv.slice(2));
if (!given) stop(outboxUsage, EXIT_USAGE);
const otherUsers = otherUsersFolder(given.dataDir);
if (otherUsers !== null) stopFor(otherUsers, EXIT_STORE);
const loaded = configBeside({ file: given.config, dataDir: given.dataDir });
if (!loaded.ok) stop(loaded.fault.map(describeConfigFault).join('\n'), EXIT_CONFIG);
// A mistyped folder would become a new and empty terminal.
if (!needsItsKey(given.dataDir)) stop(`there is no terminal’s data in ${given.dataDir}`, EXIT_STORE);
const masterKey = openMasterKey(given.dataDir, process.env, systemRandomBytes);
if (!masterKey.ok) stopFor(masterKey.fault, EXIT_STORE);
const opened = openOffline({
  config: loaded.value,
  dataDir: given.dataDir,
  masterKey: masterKey.value,
  clock: systemClock,
  randomBytes: systemRandomBytes,
});
if (!opened.ok) stopFor(opened.fault, EXIT_STORE);
const outbox = opened.value;
if (outbox.recovery !== null) {
  say(`The database was damaged and recovered; the damaged one is kept in ${outbox.recovery.quarantine}.`);
}
const asked = createAskedLines(process, { clock: systemClock, answerMs: ANSWER_MS });
try {
  process.exitCode = await run(given, outbox);
} finally {
  asked.close();
  outbox.close();
}

async function run(command: OutboxCommand, on: OfflineOutbox): Promise<number> {
  switch (command.verb) {
    case 'list':
      return list(on);
    case 'export':
      return exportTo(on, command);
    case 'import':
      return importFrom(on, command);
    case 'retry': {
      const key = on.find(command.receiptNo);
      const retried = key.ok ? on.parked.retry(key.value, 'technician') : key;
      if (!retried.ok) return failed(retried.fault);
      say('It is sent when the terminal runs.');
      return 0;
    }
  }
}

function list(on: OfflineOutbox): number {
  const { waiting, parked } = on.counts();
  say(`${waiting} wait to be sent, ${parked} wait for staff`);
  for (const which of ['parked', 'handed-over'] as const) {
    let after: ParkedCursor | null = null;
    for (;;) {
      const page = on.parked.list({ which, after, limit: MAX_PARKED_PAGE });
      if (!page.ok) return failed(page.fault);
      for (const row of page.value) {
        const step = row.handedOverTo === null ? `next: ${row.nextStep}` : `with: ${row.handedOverTo}`;
        say(
          `${row.receiptNo}  ${row.itemSlug}  received ${iso(row.receivedAtMs)}  ${row.state} ${iso(row.parkedAtMs)}  ${row.fault}  ${step}`,
        );
      }
      const last = page.value.at(-1);
      if (last === undefined || page.value.length < MAX_PARKED_PAGE) break;
      after = { parkedAtMs: last.parkedAtMs, applicationId: last.applicationId, revision: last.revision };
    }
  }
  return 0;
}

async function exportTo(
  on: OfflineOutbox,
  { file, handOver, alone }: Extract<OutboxCommand, { verb: 'export' }>,
): Promise<number> {
  const folder = closedTo(dirname(file), constants.W_OK, 'transfer.not-written');
  if (folder !== null) return failed(folder);
  const what = `${nameOf(file)}${handOver ? ' --hand-over' : ''}`;
  const may = await asTwo(on, { procedure: 'outbox.export', what }, alone);
  if (may !== 'go-on') return may.exitCode;
  let isWritten = false;
  const exported = await on.exportRows({
    file,
    handOver,
    actor: 'technician',
    onWritten: ({ code }) => {
      isWritten = true;
      say('Transfer code, shown only now. Write it down, and keep it apart from the file:');
      say(`  ${code}`);
    },
  });
  if (!exported.ok && isWritten)
    say(
      `${file} is whole and opens with this code. Here it could not be noted; this terminal goes on sending what it has not handed over, and nothing is doubled:`,
    );
  if (!exported.ok) return failed(exported.fault);
  const { rows, leftOut, handedOver } = exported.value;
  say(`${rows} applications are in ${file}; ${handedOver} of them were handed over.`);
  for (const receiptNo of leftOut) say(`left out, since it does not open: ${receiptNo}`);
  return leftOut.length === 0 ? 0 : EXIT_FAILED;
}

async function importFrom(
  on: OfflineOutbox,
  { file, code: given, alone }: Extract<OutboxCommand, { verb: 'import' }>,
): Promise<number> {
  const unread = closedTo(file, constants.R_OK, 'transfer.unreadable');
  if (unread !== null) return failed(unread);
  const code = given ?? (await typedCode());
  const read = parseTransferCode(code);
  if (!read.ok) return failed(read.fault);
  const may = await asTwo(on, { procedure: 'outbox.import', what: nameOf(file) }, alone);
  if (may !== 'go-on') return may.exitCode;
  const imported = await on.importRows({ file, code, actor: 'technician' });
  if (!imported.ok) return failed(imported.fault);
  const report = imported.value;
  say(
    `From terminal ${report.fromTerminal}: ${report.imported} imported, ${report.alreadyHere} were here already.`,
  );
  for (const receiptNo of report.conflicting) say(`here with another content, not imported: ${receiptNo}`);
  for (const number of report.broken) say(`application ${number} of the file could not be taken`);
  if (!report.isWhole) say('transfer.damaged: the file is not whole. Export again, and import that as well.');
  return report.isWhole && report.conflicting.length === 0 ? 0 : EXIT_FAILED;
}

/** Asked before a code and two people's PINs are typed for a slip of the finger, or a stick that is not mounted. */
function closedTo(path: string, mode: number, code: FaultCode): Fault | null {
  try {
    accessSync(path, mode);
    return null;
  } catch (error) {
    // Of the system, which has a code.
    return fault(code, `${path}: ${String((error as NodeJS.ErrnoException).code)}`);
  }
}

async function typedCode(): Promise<string> {
  const typed = await asked.ask('Transfer code: ', 'shown');
  return typeof typed === 'string' ? '' : typed.line;
}

function asTwo(on: OfflineOutbox, act: CommandAct, alone: string | null): ReturnType<typeof confirmed> {
  return confirmed({ act, people: on.twoPeople(act), alone, asked, stderr: process.stderr });
}

/** For the audit: folders may be called by people. */
function nameOf(file: string): string {
  return basename(file).slice(0, MOST_NAME_CHARS);
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 16);
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

function failed(fault: Fault): number {
  process.stderr.write(`${fault.code}: ${fault.detail ?? ''}\n`);
  return EXIT_FAILED;
}

function stopFor({ code, detail }: Fault, exitCode: number): never {
  stop(`${code}: ${detail ?? ''}`, exitCode);
}

function stop(sentence: string, exitCode: number): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCode);
}
