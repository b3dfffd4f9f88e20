import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { replyRules } from '#contract/interaction.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { knownWords } from './known-words.ts';
import { judgeReply, type EarlierReply } from './reply-check.ts';
import { masked, nameIndex, namesIn, quotable, withoutQuotes } from './reply-text.ts';

/**
 * Replies as offices write them, good ones and canned ones. For those that are `held-out` no threshold and no phrase was changed:
 * who tunes the rules writes new ones.
 */
const samples = z
  .array(
    z.strictObject({
      set: z.enum(['tuned', 'held-out']),
      expect: z.enum(['good', ...replyRules]),
      unit: z.string(),
      question: z.string(),
      text: z.string(),
    }),
  )
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'reply-samples.json'), 'utf8')));
type Sample = (typeof samples)[number];

const catalogue = loadCatalogue(catalogueDir);
const known = knownWords(catalogue);

/** One after the other, as they come to a platform: what was found good is what later ones are compared with. */
function judgeAll(): { readonly sample: Sample; readonly rules: readonly string[] }[] {
  const given: EarlierReply[] = [];
  return samples.map((sample, index) => {
    const findings = judgeReply({ ...sample, dispatchedTo: [], earlier: given }, known);
    if (findings.length === 0)
      given.push({ caseNo: `BJ${index}`, question: sample.question, text: sample.text });
    return { sample, rules: findings.map(({ rule }) => rule) };
  });
}

const judged = judgeAll();
const told = (rows: typeof judged): string[] =>
  rows.map(({ sample, rules }) => `${sample.expect} [${rules.join()}] ${sample.text.slice(0, 40)}`);

describe.each([
  // A short answer that does not say what it is about is sent back, though it may be right: a word more mends it.
  { set: 'tuned', good: 21, blocked: 3, canned: 22, caught: 22 },
  { set: 'held-out', good: 14, blocked: 2, canned: 17, caught: 16 },
] as const)('of the replies that are $set', ({ set, ...figures }) => {
  const own = judged.filter(({ sample }) => sample.set === set);
  const good = own.filter(({ sample }) => sample.expect === 'good');
  const canned = own.filter(({ sample }) => sample.expect !== 'good');

  test('so many are caught, and so many blocked wrongly', () => {
    const blocked = good.filter(({ rules }) => rules.length > 0);
    const caught = canned.filter(({ rules }) => rules.length > 0);
    expect(
      { good: good.length, blocked: blocked.length, canned: canned.length, caught: caught.length },
      [...told(blocked), 'let through:', ...told(canned.filter(({ rules }) => rules.length === 0))].join(
        '\n',
      ),
    ).toEqual(figures);
    expect(told(blocked.filter(({ rules }) => rules.join() !== 'names-no-matter'))).toEqual([]);
  });
});

test('of the canned replies by which the thresholds were chosen, each is told what is wrong with it', () => {
  const wrong = judged.filter(
    ({ sample: { set, expect: rule }, rules }) => set === 'tuned' && rule !== 'good' && !rules.includes(rule),
  );
  expect(told(wrong)).toEqual([]);
});

describe('before replies are compared', () => {
  test('names give way, the longest of those that begin at one place, and numbers', () => {
    const names = nameIndex(['高龄津贴', '高龄津贴申领', '', '示例区民政局']);
    expect(masked('高龄津贴申领在示例区民政局3号', '', names)).toBe('某在某0号');
    expect(masked('高龄 津贴，老年科', '老年科', names)).toBe('高龄 津贴,某');
    expect([...namesIn('领高龄津贴申领表', names)]).toEqual(['高龄津贴申领', '高龄津贴']);
  });

  test('what is quoted of either text goes, from six letters on', () => {
    const quoted = [quotable('每月十日发到社保卡'), quotable('带身份证原件')];
    expect(withoutQuotes('我们每月十日发到社保卡，带身份证原件来', quoted)).toBe('我们来');
    expect(withoutQuotes('每月十日发', quoted)).toBe('每月十日发');
  });
});

describe('a reply', () => {
  const good = {
    unit: '示例区民政局',
    question: '高龄津贴什么时候发？',
    text: '高龄津贴每月10日发到社保卡上，遇到节假日提前一天。没收到打养老科0999-6213045。',
    dispatchedTo: [],
    earlier: [],
  };
  const rules = (change: object): string[] =>
    judgeReply({ ...good, ...change }, known).map(({ rule }) => rule);

  test('that says what, who and where may be given', () => {
    expect(rules({})).toEqual([]);
  });

  test('of another unit than the matter was dispatched to is not its answer', () => {
    expect(rules({ dispatchedTo: ['示例区卫生健康局'] })).toEqual(['other-unit']);
    expect(rules({ dispatchedTo: ['示例区卫生健康局低保科', '示例区 民政局'] })).toEqual([]);
  });

  test('names the case whose reply it repeats, however numbers, the item and the frame are changed', () => {
    const earlier = [
      { caseNo: 'BJ1', question: '居住证几天能拿到', text: good.text.replace('高龄津贴', '居住证') },
    ];
    const text = `您好，来信收悉。${good.text.replace('10日', '15日').replace('6213045', '6213099')}感谢您的支持！`;
    expect(judgeReply({ ...good, text, earlier }, known)).toEqual([{ rule: 'repeats', caseNo: 'BJ1' }]);
  });

  test('that quotes the guide of an item twice repeats nobody', () => {
    const item = catalogue.items.get('elderly-allowance')?.item;
    const guide = item?.plain.zh ?? '';
    expect(guide.length).toBeGreaterThan(10);
    const text = `高龄津贴：${guide}。${guide}。养老科0999-6213045。`;
    const earlier = [{ caseNo: 'BJ1', question: '补贴的事找谁', text }];
    expect(rules({ text, earlier })).not.toContain('repeats');
  });

  test('of a hundred thousand brackets or of nothing but one letter is judged, and quickly', () => {
    for (const text of [
      '（'.repeat(1000),
      '的'.repeat(1000),
      'a'.repeat(1000),
      '𠀀'.repeat(1000),
      '0'.repeat(1000),
    ])
      expect(rules({ text }).length).toBeGreaterThan(0);
  });
});
