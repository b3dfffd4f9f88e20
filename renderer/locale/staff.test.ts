import { expect, it } from 'vitest';
import { ticketStates, ticketVerbs, windowVerbs } from '#contract/queue/choices.ts';
import { staffEn } from './staff.en.ts';
import { staffZh } from './staff.zh.ts';
import { technicianEn } from './technician.en.ts';
import { technicianZh } from './technician.zh.ts';

function sentencesOf(texts: object, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    if (typeof value === 'string') return [[`${prefix}${key}`, value]];
    return typeof value === 'object' && value !== null ? sentencesOf(value, `${prefix}${key}.`) : [];
  });
}
const values = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

it.each([
  ['the window’s console', staffZh, staffEn],
  ['the technician’s console', technicianZh, technicianEn],
])(
  '%s says the same values in both languages, and nothing that vue-i18n takes for syntax',
  (_name, zh, en) => {
    const english = new Map(sentencesOf(en));
    for (const [path, text] of sentencesOf(zh)) {
      const other = english.get(path) ?? '';
      expect([path, values(other)]).toEqual([path, values(text)]);
      expect(`${text}${other}`).not.toMatch(/[@|]/);
    }
  },
);

it('each verb and each state has its word', () => {
  for (const verb of [...ticketVerbs, ...windowVerbs]) {
    expect(staffZh.verbs).toHaveProperty([verb]);
    expect(staffZh.done).toHaveProperty([verb]);
  }
  for (const state of ticketStates) expect(staffZh.states).toHaveProperty([state]);
});
