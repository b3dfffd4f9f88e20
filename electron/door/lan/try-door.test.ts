import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#terminal/system-ports.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { tryDoor } from './try-door.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = newDataDir();
});
afterEach(() => {
  removeDataDir(dataDir);
});
const DAY_MS = 86_400_000;

it('is believed by who trusts the authority that it made', async () => {
  expect(await tryDoor({ dataDir, clock: systemClock, randomBytes })).toEqual({
    ok: true,
    value: 'TLSv1.3 by a certificate of its own',
  });
});

it('says why it is not: a clock that is years behind', async () => {
  const behind = { ...systemClock, now: () => systemClock.now() - 3 * 365 * DAY_MS };
  expect(await tryDoor({ dataDir, clock: behind, randomBytes })).toMatchObject({
    ok: false,
    fault: { code: 'lan.certificate-unusable', detail: expect.stringContaining('it is not in force before') },
  });
});

it('and a folder that takes none', async () => {
  writeFileSync(join(dataDir, 'lan'), '');
  expect(await tryDoor({ dataDir, clock: systemClock, randomBytes })).toMatchObject({
    fault: { code: 'lan.certificate-unusable' },
  });
});
