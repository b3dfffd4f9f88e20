import { mkdirSync } from 'node:fs';
import type { TerminalConfig } from '#config/schema.ts';
import { fault } from '#contract/fault.ts';
import { err } from '#contract/result.ts';
import { systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import { coreItem, startTerminalCore, submitTo } from './terminal-core.ts';
import { addTwoPeople } from './two-people.ts';

export interface WaitingTerminal {
  readonly dataDir: string;
  readonly config: TerminalConfig;
  /** Asked when the folder is there. */
  readonly masterKey: () => Uint8Array;
  readonly rows: number;
}

/** The folder of a terminal that was stopped before the platform had anything of it; one application in ten has a picture. Two people have accounts. */
export async function terminalThatWaits(given: WaitingTerminal): Promise<void> {
  const { dataDir, config, masterKey, rows } = given;
  mkdirSync(dataDir, { recursive: true });
  const unreachable = () => Promise.resolve(err(fault('platform.unreachable', 'ECONNREFUSED')));
  const core = startTerminalCore({
    dataDir,
    config,
    masterKey: masterKey(),
    clock: systemClock,
    random: systemRandom,
    randomBytes: systemRandomBytes,
    client: {
      isAlive: unreachable,
      listItems: unreachable,
      listChains: unreachable,
      getRegions: unreachable,
      getItem: unreachable,
      reportGuide: unreachable,
      submitRating: unreachable,
      refuseReply: unreachable,
      submit: unreachable,
      find: unreachable,
      attachmentStatus: unreachable,
      appendAttachment: unreachable,
      resolveCode: unreachable,
      close: () => undefined,
    },
    payloadRetentionMs: 1,
    backoff: { baseMs: 1000, capMs: 1000 },
    bend: (outbox) => outbox,
  });
  await addTwoPeople(core.store);
  const item = coreItem();
  for (let n = 0; n < rows; n += 1) {
    const paper = { subject: { kind: 'signature' as const }, mediaType: 'image/png' as const };
    const bytes = Buffer.from(`picture ${n}`);
    const received = await submitTo(
      core,
      item,
      core.newId(),
      `${n}`,
      n % 10 === 0 ? [{ ...paper, bytes }] : [],
    );
    if (!received.ok) throw new Error(received.fault.code);
  }
  await core.forwarder.stop();
  core.store.close();
}
