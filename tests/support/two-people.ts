import { hashPin } from '#terminal/access/pin.ts';
import { createAccounts } from '#terminal/access/accounts.ts';
import { createWrongPins } from '#terminal/access/wrong-pins.ts';
import { createAudit } from '#terminal/audit/audit.ts';
import type { Store } from '#terminal/store/store.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { TEST_PIN } from './signed-in.ts';

const two = [
  { staffId: 't01', role: 'technician' },
  { staffId: 's01', role: 'staff' },
] as const;

/** What a script gives a command that asks two people: number and PIN of each, a line each. */
export const twoPeopleLines = two.map(({ staffId }) => `${staffId}\n${TEST_PIN}\n`).join('');

/** Their accounts, as a running terminal makes them, with PINs that cost what they cost. */
export async function addTwoPeople(store: Store): Promise<void> {
  const accounts = createAccounts({
    store,
    audit: createAudit(store, systemClock),
    clock: systemClock,
    randomBytes: systemRandomBytes,
    hashPin,
    wrongPins: createWrongPins(store, systemClock),
    endSessionsOf: () => undefined,
  });
  for (const person of two) {
    const added = await accounts.add(person, TEST_PIN);
    if (!added.ok) throw new Error(added.fault.code);
  }
}
