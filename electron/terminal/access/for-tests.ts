import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createAccess, type Access, type AccessPorts } from './access.ts';

/** Without codes of the platform, and with PINs that cost nothing to try. */
export function accessForTests(
  ports: Pick<AccessPorts, 'store' | 'audit' | 'clock' | 'idleMs' | 'longestMs'>,
): Access {
  return createAccess({
    ...ports,
    randomBytes,
    newUuid: randomUUID,
    permits: null,
    log: () => undefined,
    hashPin: (pin, salt) => Promise.resolve(createHash('sha256').update(salt).update(pin).digest()),
  });
}
