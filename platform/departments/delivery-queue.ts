import { PgBoss, type ConstructorOptions } from 'pg-boss';
import { silence } from '../database/connect.ts';

/** All settings of a department's queue, in seconds. */
export const queueDelays = {
  /** The first pause behind a failure; each next one is twice as long, by chance up to half of it shorter. */
  retryFirst: 30,
  /** A department that comes back after days is told within this. */
  retryMost: 3_600,
  /** A node that has not finished by then is dead, and another one goes on. Longer than a call may take. */
  expire: 30,
  /** How often a node looks for those. */
  monitor: 10,
  /** What waits is never deleted: ten years. */
  retention: 315_360_000,
  /** What was told stays for a day, for whoever looks into the queue. */
  told: 86_400,
} as const;

/** The largest that PostgreSQL's integer holds: nothing is ever given up. */
const WITHOUT_END = 2_147_483_647;

export function queueOf(departmentId: string): string {
  return `department.${departmentId}`;
}

/** pg-boss over the platform's database, with connections of its own. Not started. */
export function openQueues(databaseUrl: string, changes: ConstructorOptions): PgBoss {
  return new PgBoss({
    connectionString: databaseUrl,
    application_name: 'yizhan-departments',
    max: 4,
    connectionTimeoutMillis: 5_000,
    ...silence,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
    superviseIntervalSeconds: queueDelays.monitor,
    monitorIntervalSeconds: queueDelays.monitor,
    ...changes,
  });
}

/**
 * A queue for each department, so that a dead one holds up nobody else; in it the jobs of one case go one after another
 * (`key_strict_fifo`), and a case that is refused holds up no other case. Again changes nothing.
 */
export async function ensureQueue(boss: PgBoss, departmentId: string): Promise<void> {
  await boss.createQueue(queueOf(departmentId), {
    policy: 'key_strict_fifo',
    retryLimit: WITHOUT_END,
    retryDelay: queueDelays.retryFirst,
    retryBackoff: true,
    retryDelayMax: queueDelays.retryMost,
    expireInSeconds: queueDelays.expire,
    retentionSeconds: queueDelays.retention,
    deleteAfterSeconds: queueDelays.told,
  });
}
