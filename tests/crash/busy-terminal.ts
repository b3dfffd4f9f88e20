/**
 * A terminal that is always in the middle of something, for being killed: submits, prints, forwards, erases,
 * rotates keys, cuts its log and makes backups, and says each promise on standard output the moment it has
 * made it. Arguments: data folder, platform's address, seed.
 */
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { MAX_CHUNK_BYTES } from '#contract/attachment.ts';
import type { GivenAttachment } from '#terminal/outbox/attachments.ts';
import { createPlatformClient } from '#terminal/outbox/platform-client.ts';
import { createPlatformTransport } from '#terminal/outbox/platform-transport.ts';
import { sweepAttachments } from '#terminal/store/attachment-care.ts';
import { backUp } from '#terminal/store/backup.ts';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { unsigned } from '../support/enrolment.ts';
import { seeded } from '../support/seeded.ts';
import { coreConfig, coreItem, rotateKey, startTerminalCore, submitTo } from '../support/terminal-core.ts';

const STANDARD_OUTPUT = 1;

const [dataDir = '', platformUrl = '', seed = '0'] = process.argv.slice(2);
const random = seeded(Number(seed));
const masterKey = openKeyFile(dataDir, systemRandomBytes);
if (!masterKey.ok) throw new Error(masterKey.fault.code);
const item = coreItem();
say('opening');
const core = startTerminalCore({
  dataDir,
  config: coreConfig(1),
  masterKey: masterKey.value,
  clock: systemClock,
  random,
  randomBytes: systemRandomBytes,
  client: createPlatformClient({
    url: platformUrl,
    signing: unsigned,
    timeoutMs: 2_000,
    transport: createPlatformTransport(null),
  }),
  // What is acknowledged is erased at once, so that a kill meets an erasure.
  payloadRetentionMs: 0,
  backoff: { baseMs: 20, capMs: 200 },
  bend: (outbox) => outbox,
});
say('ready');
// Who is killed leaves none behind otherwise.
flushCompileCache();

for (;;) {
  const luck = random();
  if (luck < 0.55) {
    // Now and then several in one moment, who share a commit.
    await Promise.all(Array.from({ length: luck < 0.45 ? 1 : 4 }, () => submitOne(luck)));
  } else if (luck < 0.7) printOne();
  else if (luck < 0.85) core.outbox.erase();
  else if (luck < 0.93) {
    say('rotating');
    rotateKey(core.ring);
  } else if (luck < 0.97) core.store.truncateLog();
  else if (luck < 0.98) sweepAttachments(core.store);
  else backUp(core.store, join(dataDir, 'second-disk'), Date.now());
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function submitOne(luck: number): Promise<void> {
  const applicationId = core.newId();
  const pictures = luck < 0.15 ? somePictures() : [];
  const received = await submitTo(core, item, applicationId, String(luck), pictures);
  const hashes = pictures.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));
  // Only what was committed is promised: the kill may come before this line, never the other way round.
  if (received.ok) say(`received ${applicationId} ${received.value.receiptNo} ${hashes.join()}`);
}

/** A signature, and in half of the cases a photograph of several chunks. */
function somePictures(): GivenAttachment[] {
  const signature = {
    subject: { kind: 'signature' as const },
    mediaType: 'image/png' as const,
    bytes: systemRandomBytes(2_000),
  };
  const photograph = {
    subject: { kind: 'paper' as const, paperId: 'household-book', page: 1 },
    mediaType: 'image/jpeg' as const,
    bytes: systemRandomBytes(MAX_CHUNK_BYTES + 20_000),
  };
  return random() < 0.5 ? [signature] : [signature, photograph];
}

function printOne(): void {
  const job = core.printJobs.takeNext();
  if (job.ok && job.value !== null) {
    core.printJobs.end(job.value.jobId, { end: 'printed', proof: 'in-order-status' });
  }
}

/** Straight into the pipe: what waits in a stream dies with the process. */
function say(line: string): void {
  writeSync(STANDARD_OUTPUT, `${line}\n`);
}
