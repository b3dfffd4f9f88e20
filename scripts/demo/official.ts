import { randomBytes } from 'node:crypto';
import type { Clock } from '#contract/ports.ts';
import { connect } from '#platform/database/connect.ts';
import { FALLBACK_ROOT } from '#platform/database/places.ts';
import { runningDatabase } from '#platform/database/running.ts';
import { addOfficial } from '#platform/officials/accounts.ts';
import { ChildFailed } from './child.ts';

const OFFICIAL_ID = 'demo';

export interface DemoOfficial {
  readonly id: string;
  /** Told once, when the account is made: it is changed at the first sign-in. */
  readonly firstPassword: string | null;
}

/** What the operator of a platform does first: somebody who works at the desk. Again at each start: who is there stays. */
export async function demoOfficial(platformDataDir: string, clock: Clock): Promise<DemoOfficial> {
  const database = runningDatabase(platformDataDir, FALLBACK_ROOT);
  if (!database.ok) throw new ChildFailed(database.fault.detail ?? database.fault.code);
  const pool = connect(database.value);
  try {
    const added = await addOfficial(
      { pool, nowMs: clock.now(), randomBytes },
      {
        officialId: OFFICIAL_ID,
        shownName: '示例经办人',
        unitName: '示例街道办事处',
        unitCode: '999901001',
        roles: ['clerk', 'supervisor'],
      },
      'operator',
    );
    return { id: OFFICIAL_ID, firstPassword: added.kind === 'added' ? added.password : null };
  } finally {
    await pool.end();
  }
}
