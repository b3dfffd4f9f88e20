import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repositoryPath } from '../../scripts/demo/child.ts';
import { copyPlatform, patched, type CopiedPlatform } from './copied-platform.ts';
import { normCalls, strangersCall, type NormCall } from './calls.ts';
import { defects } from './defects.ts';
import { findingOf } from './finding.ts';
import { Maker } from './maker.ts';
import { NEEDED_CODES } from './operator.ts';
import { readOrder } from './options.ts';
import { countsOf, lineOf } from './report.ts';
import { guardedCalls, officesCalls, terminalsOwnCalls } from './rules/access.ts';
import { themes } from './themes.ts';

const rules = themes.flatMap((theme) => theme.rules.map((rule) => ({ theme, ...rule })));
const ids = rules.map(({ id }) => id);
const page = readFileSync(repositoryPath('docs/norm.md'), 'utf8');

describe('the suite', () => {
  test('gives each rule a number of its own, under the letter of its theme', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(themes.map(({ letter }) => letter)).size).toBe(themes.length);
    for (const { id, theme } of rules) expect(id).toMatch(new RegExp(`^${theme.letter}-\\d\\d$`));
  });

  test('is told rule by rule on the page for the makers of platforms', () => {
    const told = [...page.matchAll(/^- \*\*([A-Z]-\d\d)\*\* (.+)$/gm)].map(([, id, clause]) => ({
      id,
      clause,
    }));
    expect(told).toEqual(rules.map(({ id, clause }) => ({ id, clause })));
    expect(page).toContain(`${String(NEEDED_CODES.here)} terminals`);
  });

  test('asks every call that is not everybody’s, whoever may make it, of everybody who may not', () => {
    const ids = (calls: readonly NormCall[]) => calls.map(({ id }) => id).sort();
    const open = normCalls.filter((call) => !guardedCalls.includes(call));
    expect(ids(open)).toEqual(['health', 'keys.list']);
    expect(ids([...terminalsOwnCalls, ...officesCalls])).toEqual(
      ids(guardedCalls.filter(({ id }) => !['terminals.enrol', 'terminals.changeKey'].includes(id))),
    );
    const maker = new Maker(
      () => 0,
      (count) => new Uint8Array(count),
    );
    for (const call of normCalls) expect(strangersCall(maker, call).path).not.toMatch(/[{}]/);
  });

  test('has for every rule a copy of the platform on which it must be red', () => {
    expect([...new Set(defects.map(({ rule }) => rule))].sort()).toEqual([...ids].sort());
  });

  test.each(defects)('the defect of $rule still fits the sources', (defect) => {
    const source = readFileSync(repositoryPath(defect.file), 'utf8');
    expect(patched(source, defect)).not.toBe(source);
  });
});

/** The file of options that the page shows. */
const folder = mkdtempSync(join(tmpdir(), 'yizhan-options-'));
const optionsFile = join(folder, 'options.json');
writeFileSync(optionsFile, /```json\n([\s\S]+?)```/.exec(page)?.[1] ?? '');
afterAll(() => rmSync(folder, { recursive: true }));
const judging = ['http://a.example', '--options', optionsFile];

test('the options that the page shows are understood', () => {
  expect(readOrder([...judging, '--json', '--without', 'U-02'])).toMatchObject({
    kind: 'run',
    url: 'http://a.example',
    asJson: true,
    choice: { only: null, without: ['U-02'] },
    options: { stations: { here: '999901001', elsewhere: '999901002' } },
  });
});

describe('what is asked of the command wrongly is usage, and nothing is sent', () => {
  test.each<[string, readonly string[]]>([
    ['no address', []],
    ['two addresses', ['http://a.example', 'http://b.example']],
    ['an address of another kind', ['ftp://a.example', '--options', 'x.json']],
    ['no options', ['http://a.example']],
    ['a file that is not there', ['http://a.example', '--options', '/nowhere/x.json']],
    ['a file that is no JSON', ['http://a.example', '--options', repositoryPath('README.md')]],
    ['a file of something else', ['http://a.example', '--options', repositoryPath('package.json')]],
    ['a flag that nobody knows', ['--loudly']],
    ['a rule that there is not', [...judging, '--only', 'S-02,O']],
    ['nothing that is left', [...judging, '--only', 'S-02', '--without', 'S']],
  ])('%s', (_what, argv) => {
    expect(readOrder(argv)).toEqual({ kind: 'usage', why: expect.stringMatching(/.{5}/) });
  });
});

describe('on a platform that runs', () => {
  let copy: CopiedPlatform;
  beforeAll(async () => {
    copy = await copyPlatform();
  }, 60_000);
  afterAll(() => copy.close());

  test('what was not looked at is not said to hold: rules over no answer are red, those about departments not asked', async () => {
    const overErrors = ['N-06', 'N-07', 'N-08', 'N-09'];
    const all = await copy.judgedWithoutDepartment({ only: ['M', ...overErrors], without: [] });
    const of = (letter: string) =>
      all.filter(({ rule, verdict }) => rule.startsWith(letter) && verdict.state !== 'left-out');
    expect(of('N').map(({ verdict }) => verdict)).toEqual(
      overErrors.map(() => expect.objectContaining({ state: 'failed', came: 'no answer to look at' })),
    );
    // M-01 is about keys, and there is none where no department is told anything.
    expect(of('M').map(lineOf)).toEqual(
      of('M').map(({ rule }) => expect.stringMatching(`^not asked ${rule} .+ is not given`)),
    );
    expect(countsOf(all)).toMatchObject({ passed: 0, failed: 4, notAsked: 10 });
  });

  test('every rule holds', async () => {
    const all = await copy.judged(null, { only: null, without: [] });
    expect(all.filter(({ verdict }) => verdict.state !== 'passed').map(lineOf)).toEqual([]);
    expect(countsOf(all).passed).toBe(ids.length);
  });

  // The others: npm run prove -- conformance.
  test.each(['E-12', 'S-03', 'P-02', 'N-06'])('one broken rule is seen: %s', async (rule) => {
    const defect = defects.find((each) => each.rule === rule);
    if (defect === undefined) throw new Error(`${rule} has no defect`);
    expect(await findingOf(copy, defect)).toMatchObject({ isSeen: true });
  });
});
