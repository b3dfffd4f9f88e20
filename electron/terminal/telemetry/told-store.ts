import type { Clock } from '#contract/ports.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import type { Store } from '../store/store.ts';

const MS_PER_S = 1000;

/** The store, with the time that each transaction takes until it is on the disk. */
export function toldStore(store: Store, telemetry: Telemetry, clock: Clock): Store {
  function timed<T>(work: () => T): T {
    const beganMs = clock.monotonicMs();
    try {
      return work();
    } finally {
      telemetry.record('db.client.operation.duration', (clock.monotonicMs() - beganMs) / MS_PER_S, {
        'db.system.name': 'sqlite',
        'db.operation.name': 'COMMIT',
      });
    }
  }
  return {
    ...store,
    transaction: (work) => timed(() => store.transaction(work)),
    transactions: (works) => timed(() => store.transactions(works)),
  };
}
