import { createHash } from 'node:crypto';
import { attachmentsOf, type Acknowledgement, type Submission } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { fault } from '#contract/fault.ts';
import type { UploadStatus } from '#contract/platform-api.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { AttachmentChunk, AttachmentKey } from '#terminal/outbox/attachment-calls.ts';
import { mayHaveArrived } from '#terminal/outbox/doubt.ts';
import type { Key, PlatformClient, PlatformFault } from '#terminal/outbox/platform-client.ts';
import type { Timeline } from './virtual-clock.ts';

interface Case {
  readonly caseNo: string;
  readonly receiptNo: string;
  readonly payloadSha256: string;
}

/** The platform's promise and nothing else: what is stored under a key stays, once. */
export class VirtualPlatform {
  readonly cases = new Map<string, Case>();
  /** Submissions whose payload was not what its hash says; a torn one must never become a case. */
  torn = 0;
  /** Application and hash → what has arrived of it. */
  readonly #uploads = new Map<string, Buffer>();

  /** Half of the uploads are forgotten before they are claimed, as a platform does with old ones. */
  forgetUploads(random: () => number): void {
    for (const id of this.#uploads.keys()) {
      const isClaimed = this.cases.has(`${id.split('/')[0]}/1`);
      if (!isClaimed && random() < 0.5) this.#uploads.delete(id);
    }
  }

  hasWhole(applicationId: string, sha256: string): boolean {
    const bytes = this.#uploads.get(`${applicationId}/${sha256}`);
    return bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === sha256;
  }

  status({ applicationId, sha256 }: AttachmentKey): Result<UploadStatus, PlatformFault> {
    const receivedBytes = this.#uploads.get(`${applicationId}/${sha256}`)?.length ?? 0;
    return ok({ receivedBytes, isComplete: this.hasWhole(applicationId, sha256) });
  }

  append(key: AttachmentKey, chunk: AttachmentChunk): Result<UploadStatus, PlatformFault> {
    const id = `${key.applicationId}/${key.sha256}`;
    const known = this.#uploads.get(id) ?? Buffer.alloc(0);
    if (chunk.offset + chunk.bytes.length <= known.length) return this.status(key);
    if (chunk.offset !== known.length)
      return err({ ...fault('platform.nonsense'), receivedBytes: known.length });
    const bytes = Buffer.concat([known, chunk.bytes]);
    this.#uploads.set(id, bytes);
    if (bytes.length < chunk.byteCount || this.hasWhole(key.applicationId, key.sha256))
      return this.status(key);
    this.#uploads.delete(id);
    return err(fault('platform.attachment-damaged'));
  }

  receive(key: Key, submission: Submission): Result<Acknowledgement, PlatformFault> {
    const hash = createHash('sha256').update(canonicalJson(submission.payload)).digest('hex');
    if (hash !== submission.payloadSha256) {
      this.torn += 1;
      return err(fault('platform.rejected', 'the payload is not what its hash says'));
    }
    const id = `${key.applicationId}/${key.revision}`;
    const known = this.cases.get(id);
    if (known !== undefined && known.payloadSha256 !== hash)
      return err({ ...fault('platform.conflict'), storedSha256: known.payloadSha256 });
    const missing = attachmentsOf(submission.payload)
      .map(({ sha256 }) => sha256)
      .filter((sha256) => !this.hasWhole(key.applicationId, sha256));
    if (known === undefined && missing.length > 0)
      return err({ ...fault('platform.attachments-missing'), missing });
    const stored = known ?? {
      caseNo: `BJ${this.cases.size + 1}`,
      receiptNo: submission.receiptNo,
      payloadSha256: hash,
    };
    this.cases.set(id, stored);
    return ok(acknowledgement(key, stored));
  }

  find(key: Key): Result<Acknowledgement, PlatformFault> {
    const known = this.cases.get(`${key.applicationId}/${key.revision}`);
    return known === undefined ? err(fault('platform.rejected', '404')) : ok(acknowledgement(key, known));
  }
}

function acknowledgement(key: Key, stored: Case): Acknowledgement {
  return {
    applicationId: key.applicationId,
    revision: key.revision,
    caseNo: stored.caseNo,
    status: '02',
    receivedAt: '2026-11-21T00:00:00.000Z',
    payloadSha256: stored.payloadSha256,
  };
}

/** How often each misfortune strikes a request, out of 1; what is left goes well. */
export interface Hostility {
  readonly dropped: number;
  readonly answerLost: number;
  readonly duplicated: number;
  readonly late: number;
  readonly truncated: number;
  readonly refusedForNow: number;
  readonly failing: number;
  readonly slowMs: number;
}

export const kind: Hostility = {
  dropped: 0,
  answerLost: 0,
  duplicated: 0,
  late: 0,
  truncated: 0,
  refusedForNow: 0,
  failing: 0,
  slowMs: 20,
};

/** After this time a client gives up, as the real one does. */
export const CLIENT_TIMEOUT_MS = 10_000;

/** What one request meets on its way. Everything that happens is drawn from `random`. */
export class VirtualNetwork {
  hostility: Hostility = kind;
  /** An outage: nobody is reached. */
  isDown = false;
  /** Submissions that were sent again, after a doubt, without asking first. */
  resentBlindly = 0;
  /** Look-ups, so that a world without a doubt is noticed. */
  asked = 0;
  readonly #inDoubt = new Set<string>();
  readonly #timeline: Timeline;
  readonly #random: () => number;

  constructor(timeline: Timeline, random: () => number) {
    this.#timeline = timeline;
    this.#random = random;
  }

  /** A client of one terminal's life; `isAlive` false ends its answers as a killed process ends them. */
  clientFor(platform: VirtualPlatform, isAlive: () => boolean): PlatformClient {
    const call = <T>(deliver: () => Result<T, PlatformFault>) => this.#call(deliver, isAlive);
    return {
      isAlive: () => call(() => ok(null)),
      listItems: () => call(() => ok([])),
      listChains: () => call(() => ok([])),
      getRegions: () => call(() => ok({ state: 'none' as const })),
      getItem: () => call(() => err(fault('platform.rejected'))),
      reportGuide: () => call(() => ok(null)),
      submitRating: () => call(() => ok(null)),
      refuseReply: () => call(() => ok(null)),
      submit: async (key, submission) => {
        const id = `${key.applicationId}/${key.revision}`;
        if (this.#inDoubt.has(id)) this.resentBlindly += 1;
        this.#inDoubt.add(id);
        const answer = await call(() => platform.receive(key, structuredClone(submission)));
        if (answer.ok || !mayHaveArrived(answer.fault)) this.#inDoubt.delete(id);
        return answer;
      },
      attachmentStatus: (key) => call(() => platform.status(key)),
      appendAttachment: (key, chunk) => call(() => platform.append(key, chunk)),
      find: async (key) => {
        this.asked += 1;
        const answer = await call(() => platform.find(key));
        // A line that is down answers nothing: the doubt stays.
        const isStill = !answer.ok && ['platform.unreachable', 'platform.busy'].includes(answer.fault.code);
        if (!isStill) this.#inDoubt.delete(`${key.applicationId}/${key.revision}`);
        return answer;
      },
      resolveCode: () => call(() => err(fault('platform.rejected'))),
      close: () => undefined,
    };
  }

  async #call<T>(
    deliver: () => Result<T, PlatformFault>,
    isAlive: () => boolean,
  ): Promise<Result<T, PlatformFault>> {
    const answer = await this.#travel(deliver);
    // Nobody is there any more to hear it.
    if (!isAlive()) return new Promise(() => undefined);
    return answer;
  }

  async #travel<T>(deliver: () => Result<T, PlatformFault>): Promise<Result<T, PlatformFault>> {
    const timeline = this.#timeline;
    const luck = this.#random();
    const { dropped, answerLost, duplicated, late, truncated, refusedForNow, failing, slowMs } =
      this.hostility;
    await timeline.sleep(this.#random() * slowMs);
    if (this.isDown) return err(fault('platform.unreachable'));
    let edge = dropped;
    if (luck < edge) return this.#timeout();
    edge += answerLost;
    if (luck < edge) {
      deliver();
      return this.#timeout();
    }
    edge += late;
    if (luck < edge) {
      // It arrives long after the sender gave up, perhaps behind a newer one.
      timeline.after(CLIENT_TIMEOUT_MS * (1 + this.#random() * 20), () => void deliver());
      return this.#timeout();
    }
    edge += duplicated;
    if (luck < edge) {
      deliver();
      await timeline.sleep(this.#random() * slowMs);
      return deliver();
    }
    edge += truncated;
    if (luck < edge) {
      if (this.#random() < 0.5) deliver();
      return err(fault('platform.nonsense', 'half an answer'));
    }
    edge += refusedForNow;
    if (luck < edge)
      return err({ ...fault('platform.busy'), retryAfterMs: 1_000 * Math.floor(this.#random() * 60) });
    edge += failing;
    if (luck < edge) return err(fault('platform.failed'));
    const answer = deliver();
    await timeline.sleep(this.#random() * slowMs);
    return answer;
  }

  async #timeout(): Promise<{ ok: false; fault: PlatformFault }> {
    await this.#timeline.sleep(CLIENT_TIMEOUT_MS);
    return err(fault('platform.timeout'));
  }
}
