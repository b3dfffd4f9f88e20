import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { playCaseHistories } from '../support/case-histories.ts';
import { movesOnCasePage } from '../support/case-oracle.ts';

it('whatever is tried, by whomever, on whatever day: no move but the page’s, and each of those; no clock that runs when it should rest', () => {
  const { seen } = playCaseHistories(400, 20_261_122);
  expect([...movesOnCasePage().keys()].filter((move) => !seen.has(move))).toEqual([]);
});

it('the same cases have the same days on a machine in any zone', () => {
  const script = join(import.meta.dirname, '../support/case-digest.ts');
  const digestIn = (zone: string) =>
    execFileSync('node', [script], { env: { ...process.env, TZ: zone }, encoding: 'utf8' }).trim();
  const here = digestIn('Asia/Shanghai');
  expect(here).toMatch(/^[0-9a-f]{64}$/);
  // On either side of the date line, with summer time and with half an hour of it.
  for (const zone of ['America/New_York', 'Pacific/Auckland', 'Australia/Lord_Howe']) {
    expect(digestIn(zone), zone).toBe(here);
  }
});
