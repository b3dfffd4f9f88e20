import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { lanSettingsSchema } from '#config/schema.ts';
import { MAX_API_MESSAGE_BYTES } from '#contract/terminal-api.ts';
import { openDoor, type Door } from '#door/lan/door.ts';
import { createMemberDoor } from '#door/lan/member-door.ts';
import { createGuestRpc } from '#door/lan/serve-guest.ts';
import { stationCertificate } from '#door/lan/station-certificate.ts';
import { systemClock } from '#terminal/system-ports.ts';
import type { TerminalUnderTest } from './terminal-under-test.ts';

/** A file that the disk does not give. */
export const UNREADABLE_ASSET = 'assets/unreadable.js';

/** The real door of a terminal, on any free port of this machine; its pages say which file they are. */
export async function openedDoor(
  under: TerminalUnderTest,
): Promise<{ readonly door: Door; readonly ca: string; readonly authorityFile: string }> {
  const { dataDir, terminal } = under;
  const settings = lanSettingsSchema.parse({ host: '127.0.0.1', port: 0, names: ['127.0.0.1'] });
  const certificate = await stationCertificate(settings, { dataDir, clock: systemClock, randomBytes });
  if (!certificate.ok) throw new Error(certificate.fault.detail);
  const opened = await openDoor({
    settings,
    certificate: certificate.value,
    access: terminal.access,
    readAsset: (path) =>
      path === UNREADABLE_ASSET
        ? Promise.reject(new Error('EIO: i/o error, read'))
        : Promise.resolve(new TextEncoder().encode(`the file ${path}`)),
    startPages: { window: '/staff.html', board: '/board.html' },
    maxMessageBytes: MAX_API_MESSAGE_BYTES,
    serveRpc: createGuestRpc(terminal, () => undefined),
    ...(terminal.desks === null ? {} : { serveMember: createMemberDoor(terminal.access, terminal.desks) }),
    clock: systemClock,
    log: () => undefined,
  });
  if (!opened.ok) throw new Error(opened.fault.code);
  const authorityFile = certificate.value.authorityFile ?? '';
  return { door: opened.value, ca: readFileSync(authorityFile, 'utf8'), authorityFile };
}
