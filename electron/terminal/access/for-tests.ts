import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createAccess, type Access, type AccessPorts } from './access.ts';
import type { HashPin } from './pin.ts';

/** That the real one costs time is not what most tests are about. */
export const cheapHash: HashPin = (pin, salt) =>
  Promise.resolve(createHash('sha256').update(salt).update(pin).digest());

/** Without codes of the platform unless some are given, and with PINs that cost nothing to try. */
export function accessForTests(
  ports: Pick<AccessPorts, 'store' | 'audit' | 'clock' | 'idleMs' | 'longestMs'> &
    Partial<Pick<AccessPorts, 'permits' | 'log'>>,
): Access {
  return createAccess({
    permits: null,
    log: () => undefined,
    ...ports,
    randomBytes,
    newUuid: randomUUID,
    hashPin: cheapHash,
  });
}
