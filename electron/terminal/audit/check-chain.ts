import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Audit } from './audit.ts';
import { verification, verifyNewest, type Verified } from './verify.ts';

/** At each start, in bounded time. Residents are served either way; what is found is told once, to the log and to the platform. */
export function checkNewest(ports: {
  readonly store: Store;
  readonly audit: Audit;
  readonly log: Log;
}): void {
  writeFinding(ports, verifyNewest(ports.store));
}

/** The whole of it, a page at a time; `pause` lets everybody else in between. */
export async function checkAll(
  ports: { readonly store: Store; readonly audit: Audit; readonly log: Log },
  pause: () => Promise<void>,
): Promise<Verified> {
  const verify = verification(ports.store, 0);
  for (;;) {
    const verified = verify();
    if (verified !== undefined) {
      writeFinding(ports, verified);
      return verified;
    }
    await pause();
  }
}

function writeFinding(
  { store, audit, log }: { readonly store: Store; readonly audit: Audit; readonly log: Log },
  verified: Verified,
): void {
  if (verified.kind === 'whole') return;
  const subject = String(verified.sequence);
  log({
    level: 'error',
    event: 'audit.broken',
    code: 'store.corrupt',
    detail: `row ${subject}: ${verified.why}`,
  });
  store.transaction(() => {
    const isSaid =
      store.sql("SELECT 1 FROM audit WHERE event = 'audit.broken' AND subject = ?").get(subject) !==
      undefined;
    if (!isSaid)
      audit.write({
        event: 'audit.broken',
        actor: 'terminal',
        subject,
        disposition: verified.why,
        detail: null,
      });
  });
}
