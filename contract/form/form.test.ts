import { describe, expect, it } from 'vitest';
import elderly from '../../platform/catalogue/items/elderly-allowance.json' with { type: 'json' };
import fertility from '../../platform/catalogue/items/fertility-registration.json' with { type: 'json' };
import type { Answers } from '../answers.ts';
import type { IdentityDocument } from '../identity.ts';
import type { ServiceItem } from '../item.ts';
import { answersFromCard } from './autofill.ts';
import { checkAnswer } from './check-answer.ts';
import { judgeForm } from './complete.ts';
import { displayAnswer } from './display.ts';
import { blockingRules } from './eligibility.ts';
import { loadItem } from './load-item.ts';
import { formPages, NOTHING_READ } from './pages.ts';
import { settleForm } from './settle.ts';

const TODAY = '2026-11-21';
const NOW = `${TODAY}T09:30`;

const zhang: IdentityDocument = {
  kind: 'resident',
  idType: '111',
  name: '张建国',
  sex: '1',
  nation: '01',
  birthday: '19450312',
  address: '示例区幸福路1号',
  number: '999901194503120014',
};

function item(input: unknown): ServiceItem {
  const loaded = loadItem(input);
  if (!loaded.ok) throw new Error(loaded.fault.detail);
  return loaded.value;
}

const ids = (service: ServiceItem, answers: Answers, fromCard: ReadonlySet<string> = NOTHING_READ) =>
  formPages(settleForm(service, answers, TODAY), fromCard).map((page) => page.pageId);

const signature = {
  width: 100,
  height: 50,
  strokes: [[[1, 1] as [number, number], [2, 2] as [number, number]]],
};
const home = { region: '示例区', street: '示例街道', community: '和平社区', detail: '2栋301' };

const elderlyAnswers: Answers = {
  mobile: '13800005678',
  byProxy: '0',
  homeAddress: home,
  liveAlone: 'alone',
  bankName: 'social',
  bankAccountName: '张建国',
  bankAccount: '6222020000000000004',
  signature,
};

describe('the pages of a form', () => {
  it('never ask for what the card said', () => {
    const service = item(elderly);
    const read = answersFromCard(service, zhang);
    const pages = ids(service, read, new Set(Object.keys(read)));
    expect(pages).not.toContain('applicantName');
    expect(pages).not.toContain('applicantId');
    expect(pages).not.toContain('applicantIdType');
    expect(pages).not.toContain('age');
    expect(pages[0]).toBe('mobile');
  });

  it('ask for name and number when there is no card', () => {
    expect(ids(item(elderly), {}).slice(0, 3)).toEqual(['applicantName', 'applicantIdType', 'applicantId']);
  });

  it('still ask for the sex when the card does not state it', () => {
    const service = item(fertility);
    const read = answersFromCard(service, { ...zhang, sex: '9' });
    expect(ids(service, read, new Set(Object.keys(read)))).toContain('applicantSex');
  });

  it('show the section of the proxy only when there is one', () => {
    const service = item(elderly);
    expect(ids(service, { byProxy: '0' })).not.toContain('proxyName');
    expect(ids(service, { byProxy: '1' })).toContain('proxyName');
  });

  it('put the people of a group before the page that asks for another one', () => {
    const pages = ids(item(fertility), { children: [{}, {}] });
    const group = pages.indexOf('children');
    expect(pages.slice(group - 6, group)).toEqual([
      'children.0.childName',
      'children.0.childBirth',
      'children.0.childSex',
      'children.1.childName',
      'children.1.childBirth',
      'children.1.childSex',
    ]);
  });
});

describe('a whole form', () => {
  it('passes when everything asked is answered', () => {
    const service = item(elderly);
    const judged = judgeForm(service, { ...answersFromCard(service, zhang), ...elderlyAnswers }, NOW);
    expect(judged.problems).toEqual([]);
    expect(judged.answers['age']).toBe('81');
  });

  it('names everything that is missing at once', () => {
    const service = item(elderly);
    const judged = judgeForm(service, answersFromCard(service, zhang), NOW);
    expect(judged.problems.map((entry) => entry.pageId)).toEqual([
      'mobile',
      'byProxy',
      'homeAddress',
      'liveAlone',
      'bankName',
      'bankAccountName',
      'bankAccount',
      'signature',
    ]);
  });

  it('drops the answers of a section that was hidden again', () => {
    const service = item(elderly);
    const answers = { ...answersFromCard(service, zhang), ...elderlyAnswers, proxyName: '李四' };
    expect(judgeForm(service, answers, NOW).answers).not.toHaveProperty('proxyName');
  });

  it('finds a card value that does not pass, though no page asks for it', () => {
    const service = item(elderly);
    const broken = answersFromCard(service, { ...zhang, number: '999901194503120015' });
    const judged = judgeForm(service, { ...broken, ...elderlyAnswers }, NOW);
    expect(judged.problems.map((entry) => entry.pageId)).toContain('applicantId');
  });
});

describe('one answer', () => {
  const field = (service: ServiceItem, id: string) => {
    const answers = { byProxy: '1', stage: 'preg', marital: '20', children: [{}] };
    const page = formPages(settleForm(service, answers, TODAY), NOTHING_READ).find(
      (candidate) => candidate.pageId === id,
    );
    if (page?.kind !== 'question') throw new Error(`no question ${id}`);
    return page.field;
  };
  const check = (service: ServiceItem, id: string, value: string, answers: Answers = {}) =>
    checkAnswer(field(service, id), value, { now: NOW, answers, calendars: service.calendars }).map(
      (problem) => problem.code,
    );

  it.each([
    ['99990119450312001', 'id-length'],
    ['99990119450312001A', 'id-characters'],
    ['999901194513120014', 'id-birthday'],
    ['999901203003120014', 'id-birthday'],
    ['999901194503120015', 'id-check'],
  ])('the ID number %s is refused as %s', (value, code) => {
    expect(check(item(elderly), 'applicantId', value)).toEqual([code]);
  });

  it.each(['999901194503120014', '11010519491231002X', '440524188001010014'.replace('18800101', '19800101')])(
    'checks the vector %s by MOD 11-2',
    (value) => {
      const expected = value === '440524198001010014' ? ['id-check'] : [];
      expect(check(item(elderly), 'applicantId', value)).toEqual(expected);
    },
  );

  it('a partner cannot be the applicant', () => {
    expect(check(item(fertility), 'partnerId', zhang.number, { applicantId: zhang.number })).toEqual([
      'id-same-person',
    ]);
  });

  it('a due date must lie within the pregnancy', () => {
    const service = item(fertility);
    expect(check(service, 'dueDate', '2026-11-07')).toEqual([]);
    expect(check(service, 'dueDate', '2026-11-06')).toEqual(['date-too-early']);
    expect(check(service, 'dueDate', '2027-09-18')).toEqual(['date-too-late']);
    expect(check(service, 'dueDate', '2027-02-29')).toEqual(['date-invalid']);
  });

  it('an account in another name is odd, not wrong', () => {
    expect(check(item(elderly), 'bankAccountName', '李四', { applicantName: '张建国' })).toEqual([
      'odd-name-differs',
    ]);
  });

  it('a name with a character outside the BMP passes', () => {
    expect(check(item(elderly), 'applicantName', '𠮷㛃')).toEqual([]);
  });

  it('an unknown choice is refused', () => {
    expect(check(item(elderly), 'liveAlone', 'spaceship')).toEqual(['choice-unknown']);
  });

  it('a form never shows a sensitive number whole', () => {
    expect(displayAnswer(field(item(elderly), 'applicantId'), zhang.number).zh).toBe('999901********0014');
    expect(displayAnswer(field(item(elderly), 'bankAccount'), '6222020000000000004').zh).toBe(
      '***************0004',
    );
  });
});

describe('eligibility', () => {
  it('tells a person of 38 why the allowance is not for her, and nobody before the number is known', () => {
    const service = item(elderly);
    const blocking = (answers: Answers) =>
      blockingRules(service, { answers, identity: 'card', now: NOW }).map((rule) => rule.id);
    expect(blocking({})).toEqual([]);
    expect(blocking({ applicantId: '999901198808060022' })).toEqual(['age']);
    expect(blocking({ applicantId: zhang.number })).toEqual([]);
  });

  it('counts the birthday itself as the day on which a year is full', () => {
    const service = item(elderly);
    const age = (applicantId: string) => settleForm(service, { applicantId }, TODAY).answers['age'];
    expect(age('999901194611210014')).toBe('80');
    expect(age('999901194611220014')).toBe('79');
  });
});

describe('loading an item', () => {
  it('refuses by name what would break in the middle of a form', () => {
    const broken = structuredClone(elderly) as unknown as {
      form: { sections: { fields: Record<string, unknown>[] }[] };
    };
    const first = broken.form.sections[0]?.fields[0];
    if (!first) throw new Error('no field');
    first['pattern'] = '([';
    expect(loadItem(broken)).toMatchObject({ ok: false, fault: { code: 'item.broken' } });
    expect(loadItem({})).toMatchObject({ ok: false, fault: { code: 'item.broken' } });
    expect(loadItem(null)).toMatchObject({ ok: false, fault: { code: 'item.broken' } });
  });
});
