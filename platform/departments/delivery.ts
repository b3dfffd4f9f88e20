import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { JobResult } from 'pg-boss';
import { z } from 'zod';
import type { Clock } from '#contract/ports.ts';
import { describeError, type Log } from '../log.ts';
import { webhookCaller, webhookLimits, type WebhookCaller } from './call-webhook.ts';
import { deliver, deliverySchema } from './deliver.ts';
import { ensureQueue, openQueues, queueOf } from './delivery-queue.ts';
import { signingKey } from './platform-keys.ts';
import type { AddressPolicy } from './webhook-address.ts';

/** All intervals of a node that tells departments, in milliseconds. */
export const deliveryDelays = {
  /** How soon a department's new address is noticed. */
  lookEveryMs: 5_000,
  /** How often a queue is asked for work. */
  pollEveryMs: 1_000,
  /** A node that stops waits for calls this long; what is still on its way then is told once more, by another one. */
  stopMs: 2_000,
  /** And for all of its end this long. */
  endMs: 3_000,
} as const;

/** Calls to one department at the same time, by one node: of as many cases. A batch ends with its slowest call. */
const AT_ONCE = 8;

export interface DeliveryParts {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly policy: AddressPolicy;
  readonly log: Log;
}

const departmentsSchema = z.array(z.object({ department_id: z.string() }));

/**
 * Tells departments what stands in their inboxes, as one of any number of nodes. Nothing is opened before the first department has an
 * address: a platform without one pays nothing. `stop` waits for calls on their way.
 */
export function startDelivery({ databaseUrl, pool, clock, policy, log }: DeliveryParts): {
  stop: () => Promise<void>;
} {
  const attended = new Set<string>();
  let open: { boss: ReturnType<typeof openQueues>; caller: WebhookCaller } | null = null;
  let cancel = (): void => undefined;
  let isStopped = false;
  let looking = Promise.resolve();

  async function opened(): Promise<NonNullable<typeof open>> {
    if (open !== null) return open;
    const boss = openQueues(databaseUrl, {});
    boss.on('error', (error) => log({ event: 'departments.queue-failed', ...describeError(error) }));
    const key = await signingKey(pool, 'platform_key', clock.now());
    await boss.start().catch(async (error: unknown) => {
      // Its timers and connections may run already, and nobody else has it to end them.
      await boss.stop({ graceful: false }).catch(() => undefined);
      throw error;
    });
    open = { boss, caller: webhookCaller({ key, policy, randomBytes, wholeMs: webhookLimits.wholeMs }) };
    return open;
  }

  async function attend(): Promise<void> {
    const { rows } = await pool.query('SELECT department_id FROM department WHERE webhook_url IS NOT NULL');
    const wanted = new Set(departmentsSchema.parse(rows).map(({ department_id }) => department_id));
    if (wanted.size === 0 && open === null) return;
    const { boss, caller } = await opened();
    for (const id of wanted) {
      if (attended.has(id)) continue;
      await ensureQueue(boss, id);
      // Without a burst a worker rests for the interval behind each batch: eight entries a second, however many wait.
      const pace = {
        batchSize: AT_ONCE,
        burstWhenBatchFull: true,
        perJobResults: true,
        pollingIntervalSeconds: deliveryDelays.pollEveryMs / 1000,
      } as const;
      await boss.work(queueOf(id), pace, (jobs) =>
        Promise.all(
          jobs.map(async ({ id: jobId, data }): Promise<JobResult> => {
            try {
              await deliver({ pool, caller, now: () => clock.now(), log }, deliverySchema.parse(data));
              return { id: jobId, status: 'completed' };
            } catch (error) {
              return { id: jobId, status: 'failed', output: error };
            }
          }),
        ),
      );
      attended.add(id);
    }
    for (const id of attended) {
      if (wanted.has(id)) continue;
      await boss.offWork(queueOf(id));
      attended.delete(id);
    }
  }

  function look(): void {
    looking = attend()
      .catch((error: unknown) => log({ event: 'departments.not-attended', ...describeError(error) }))
      .then(() => {
        if (!isStopped) cancel = clock.after(deliveryDelays.lookEveryMs, look);
      });
  }

  look();
  return {
    stop: async () => {
      isStopped = true;
      cancel();
      const ended = looking
        .then(() => open?.boss.stop({ graceful: true, timeout: deliveryDelays.stopMs }))
        .then(() => open?.caller.close())
        .catch((error: unknown) => log({ event: 'departments.not-ended', ...describeError(error) }));
      // A database that has gone silent keeps no node from ending: what is in its hands is told again by another.
      await new Promise<void>((resolve) => {
        const giveUp = clock.after(deliveryDelays.endMs, resolve);
        void ended.then(() => {
          giveUp();
          resolve();
        });
      });
    },
  };
}
