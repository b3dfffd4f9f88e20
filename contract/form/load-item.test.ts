import { expect, it } from 'vitest';
import elderly from '../../platform/catalogue/items/elderly-allowance.json' with { type: 'json' };
import newborn from '../../platform/catalogue/items/newborn-one-thing.json' with { type: 'json' };
import { loadItem } from './load-item.ts';

type Document = Record<string, unknown> & {
  form: { sections: { id: string; fields: Record<string, unknown>[] }[] };
};

/** The old-age allowance with one thing wrong. */
function broken(spoil: (item: Document, field: (id: string) => Record<string, unknown>) => void): unknown {
  const item = structuredClone(elderly) as unknown as Document; // as JSON, to be spoilt
  spoil(item, (id) => {
    const found = item.form.sections.flatMap(({ fields }) => fields).find((field) => field['id'] === id);
    if (!found) throw new Error(`no field ${id}`);
    return found;
  });
  return item;
}

const cases: readonly [why: string, item: unknown, detail: string][] = [
  ['an unknown key of a question', broken((_item, field) => (field('mobile')['shownIf'] = 'x')), 'shownIf'],
  [
    'an unknown type of question',
    broken((_item, field) => (field('mobile')['type'] = 'fax')),
    'form.sections.0',
  ],
  [
    'an unknown comparison',
    broken((_item, field) => (field('liveAlone')['visibleWhen'] = { field: 'byProxy', like: '1' })),
    'visibleWhen',
  ],
  [
    'a condition on a later question',
    broken((_item, field) => (field('mobile')['visibleWhen'] = { field: 'byProxy', eq: '1' })),
    'field mobile: depends on byProxy, which does not come before it',
  ],
  [
    'a condition on an option that does not exist',
    broken((_item, field) => (field('liveAlone')['visibleWhen'] = { field: 'byProxy', eq: 'yes' })),
    'field liveAlone: byProxy has no option yes',
  ],
  [
    'a default that is no option',
    broken((_item, field) => (field('bankName')['default'] = 'moon')),
    'field bankName: the default moon is no option',
  ],
  [
    'a list that is not there',
    broken((_item, field) => {
      delete field('liveAlone')['options'];
      field('liveAlone')['optionsFrom'] = 'banks';
    }),
    'field liveAlone: the list banks is not here',
  ],
  [
    'a sum over a group that is not there',
    broken((_item, field) => (field('age')['computed'] = 'sum(members.income)')),
    'field age: names members, which does not come before it',
  ],
  [
    'the same question twice',
    broken((item, field) => item.form.sections[1]?.fields.push(field('mobile'))),
    'field mobile stands twice',
  ],
  [
    'a rule about a question that does not exist',
    broken((item) => {
      item['eligibility'] = [
        {
          id: 'age',
          text: { zh: '八十岁', en: 'Eighty' },
          onFail: 'block',
          check: { field: 'nobody', rule: 'ageAtLeast', value: 80 },
        },
      ];
    }),
    'eligibility age: names nobody, which does not come before it',
  ],
  [
    'a required consent under a condition, which would never be shown',
    broken((item) => {
      (item['consents'] as object[]).push({
        id: 'c-proxy',
        kind: 'separate',
        text: { zh: '我同意代办。', en: 'I agree.' },
        required: true,
        condition: { field: 'byProxy', eq: '1' },
      });
    }),
    'c-proxy: is a required consent under a condition',
  ],
];

it.each(cases)('%s is refused by the item’s name, the place and the reason', (_why, item, detail) => {
  const loaded = loadItem(item);
  expect(loaded).toMatchObject({ ok: false, fault: { code: 'item.broken' } });
  if (loaded.ok) return;
  expect(loaded.fault.detail).toMatch(/^elderly-allowance: /);
  expect(loaded.fault.detail).toContain(detail);
});

it('a key that only informs is let through and dropped', () => {
  const loaded = loadItem({ ...elderly, colour: 'red' });
  expect(loaded.ok && 'colour' in loaded.value).toBe(false);
  expect(loaded.ok).toBe(true);
});

it('the lists that an item carries become its options, and loading it again changes nothing', () => {
  const option = { value: 'x', label: { zh: '某', en: 'Some' } };
  const loaded = loadItem({ ...newborn, lists: { hospitals: [option], gbt3304: [option], banks: [option] } });
  if (!loaded.ok) throw new Error(loaded.fault.detail);
  const hospital = loaded.value.form.sections[0]?.fields.find(({ id }) => id === 'birthHospital');
  expect(hospital).toMatchObject({ options: [option] });
  expect(loadItem(JSON.parse(JSON.stringify(loaded.value)))).toEqual(loaded);
});
