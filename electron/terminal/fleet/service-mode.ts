import type { Fault } from '#contract/fault.ts';
import { ok, type Result } from '#contract/result.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Store } from '../store/store.ts';

/** Whether residents can begin anything here. It outlives the program: somebody took the terminal out of service, and somebody puts it back. */
export interface ServiceMode {
  readonly changes: Changes;
  /** True: out of service. */
  isOn(): boolean;
  /** Faults: those of the store; nothing has changed then. `also` is written with it. */
  set(on: boolean, also: () => void): Result<null, Fault>;
}

export function createServiceMode(store: Store): ServiceMode {
  const changes = createChanges();
  let isOn = store.sql('SELECT is_on FROM service_mode').get()?.['is_on'] === 1;
  return {
    changes,
    isOn: () => isOn,
    set: (on, also) => {
      const written = store.transaction(() => {
        store.sql('UPDATE service_mode SET is_on = ?').run(on ? 1 : 0);
        also();
      });
      if (!written.ok) return written;
      isOn = on;
      changes.notify();
      return ok(null);
    },
  };
}
