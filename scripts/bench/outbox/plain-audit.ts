import type { Clock } from '#contract/ports.ts';
import type { Audit } from '#terminal/audit/audit.ts';
import type { Store } from '#terminal/store/store.ts';

/** The audit as it was before its rows were chained (docs/decisions/0048): the same row without its hashes. For what the chain costs; no terminal has it. */
export function createPlainAudit(store: Store, clock: Clock): Audit {
  return {
    write: ({ event, actor, subject, disposition, detail }) => {
      store
        .sql(
          'INSERT INTO audit (at_ms, event, actor, subject, disposition, detail) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(clock.now(), event, actor, subject, disposition, detail);
    },
  };
}
