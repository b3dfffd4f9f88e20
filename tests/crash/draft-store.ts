import { randomUUID } from 'node:crypto';
import { createAudit } from '#terminal/audit/audit.ts';
import { createSavedDrafts, type SavedDrafts } from '#terminal/saved-drafts/saved-drafts.ts';
import { openKeyRing } from '#terminal/store/key-ring.ts';
import { openStore, type Store } from '#terminal/store/store.ts';
import { suites } from '#terminal/store/suites.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';

/** The drafts of a data folder, as a terminal opens them. */
export function openDrafts(dataDir: string, masterKey: Uint8Array): { store: Store; drafts: SavedDrafts } {
  const store = openStore(dataDir);
  if (!store.ok) throw new Error(store.fault.code);
  const ports = { store: store.value, clock: systemClock };
  const ring = openKeyRing({ ...ports, masterKey, suite: 'aes-256-gcm', randomBytes: systemRandomBytes });
  if (!ring.ok) throw new Error(ring.fault.code);
  const suite = suites['aes-256-gcm'];
  const drafts = createSavedDrafts({
    ...ports,
    sealer: ring.value.sealer,
    audit: createAudit(store.value, systemClock),
    isDateWrong: () => false,
    newUuid: randomUUID,
    ownerTagOf: (number) => suite.derive(suite.derive(masterKey, 'yizhan draft owner'), number),
  });
  return { store: store.value, drafts };
}
