import { beforeAll, expect, it } from 'vitest';
import { loadTexts } from '../locale/locale-texts.ts';
import { faultText } from './fault-text.ts';

const helpDesk = { zh: '2 号窗口', en: 'Window 2' };

beforeAll(async () => {
  await loadTexts('en');
});

it('a full disk sends the resident to the window that the configuration names', () => {
  expect(faultText({ code: 'store.full' }, 'zh', helpDesk)).toContain('请到 2 号窗口办理');
  expect(faultText({ code: 'store.full' }, 'en', helpDesk)).toContain('Please use Window 2.');
});

it.each([
  ['2号窗口', '请到 2 号窗口办理'],
  ['服务台', '请到服务台办理'],
  ['大厅 A', '请到大厅 A 办理'],
])('the place %s stands in the sentence as Chinese is set', (zh, said) => {
  expect(faultText({ code: 'store.full' }, 'zh', { zh, en: '' })).toContain(said);
});

it('before the station is known there is still somewhere to go', () => {
  expect(faultText({ code: 'store.full' }, 'zh', null)).toContain('请到人工窗口办理');
  expect(faultText({ code: 'store.failed' }, 'en', null)).not.toContain('{');
});
