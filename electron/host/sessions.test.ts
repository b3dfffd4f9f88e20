import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSessions, screenToken } from './sessions.ts';

const token = 'the-token';
const cookieFrom = (setCookie: string | null): string => setCookie?.split(';')[0] ?? '';

it('opens with the token only', () => {
  const sessions = createSessions('yizhan_session', token, randomBytes);
  expect(sessions.enter(null)).toBeNull();
  expect(sessions.enter('')).toBeNull();
  expect(sessions.enter('the-tokem')).toBeNull();
  const setCookie = sessions.enter(token);
  expect(setCookie).toContain('HttpOnly; SameSite=Strict');
  expect(setCookie).not.toContain(token);
  expect(sessions.isOpen(cookieFrom(setCookie))).toBe(true);
});

it('outlives a restart, and ends when the token is changed', () => {
  const cookie = cookieFrom(createSessions('yizhan_session', token, randomBytes).enter(token));
  expect(createSessions('yizhan_session', token, randomBytes).isOpen(cookie)).toBe(true);
  expect(createSessions('yizhan_session', 'another-token', randomBytes).isOpen(cookie)).toBe(false);
});

it('does not open with the cookie of another server', () => {
  const cookie = cookieFrom(createSessions('yizhan_bench', token, randomBytes).enter(token));
  expect(createSessions('yizhan_session', token, randomBytes).isOpen(cookie)).toBe(false);
});

it.each(['', 'yizhan_session=', 'yizhan_session=a.b', 'other=1', `yizhan_session=${'a'.repeat(5000)}`])(
  'does not open with the cookie %s',
  (cookie) => {
    expect(createSessions('yizhan_session', token, randomBytes).isOpen(cookie)).toBe(false);
    expect(createSessions('yizhan_session', token, randomBytes).isOpen(undefined)).toBe(false);
  },
);

it('keeps the token for its user only', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'yizhan-token-'));
  const first = screenToken(dataDir, randomBytes);
  expect(first.length).toBeGreaterThan(30);
  expect(screenToken(dataDir, randomBytes)).toBe(first);
  expect(statSync(join(dataDir, 'screen.token')).mode & 0o777).toBe(0o600);
  rmSync(dataDir, { recursive: true });
});

it('makes a new token when a power cut has left an empty one, which would let everybody in', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'yizhan-token-'));
  writeFileSync(join(dataDir, 'screen.token'), '');
  expect(screenToken(dataDir, randomBytes).length).toBeGreaterThan(30);
  rmSync(dataDir, { recursive: true });
});
