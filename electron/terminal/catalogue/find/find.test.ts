import { describe, expect, it } from 'vitest';
import { find, findable } from './find.ts';

const item = (slug: string, zh: string, en: string, aliases: string[], theme: string, department: string) =>
  findable({
    slug,
    name: { zh, en },
    aliases,
    plain: { zh: `${aliases[0] ?? ''}，带身份证来。`, en: 'Bring your ID card.' },
    theme: { code: 'x', zh: theme, en: theme },
    department: { zh: department, en: department, uscc: '' },
  });

const items = [
  item(
    'marriage',
    '结婚登记预约与信息预填',
    'Marriage registration: appointment',
    ['领证', '预约领证'],
    '婚姻登记',
    '示例区民政局',
  ),
  item(
    'fertility',
    '生育登记',
    'Fertility registration',
    ['准生证', '怀孕登记'],
    '生育收养',
    '示例区卫生健康局',
  ),
  item(
    'newborn',
    '新生儿出生“一件事”',
    'Newborn one-thing',
    ['上户口', '宝宝办证'],
    '生育收养',
    '示例区卫生健康局',
  ),
  item(
    'insurance',
    '城乡居民基本医疗保险参保登记',
    'Medical insurance enrolment',
    ['交医保', '居民医保'],
    '医疗保障',
    '示例区医疗保障局',
  ),
  item(
    'minimum',
    '最低生活保障审核确认',
    'Minimum living allowance',
    ['低保', '困难补助'],
    '社会救助',
    '示例区民政局',
  ),
  item(
    'elderly',
    '高龄津贴申领',
    'Allowance for the very old',
    ['老人钱', '高龄补贴'],
    '养老服务',
    '示例区民政局',
  ),
  item('senior', '老年人优待证申领', 'Senior card', ['老年证', '敬老卡'], '养老服务', '示例区民政局'),
  item(
    'unemployed',
    '失业登记',
    'Unemployment registration',
    ['没工作', '就业创业证'],
    '就业创业',
    '示例区人社局',
  ),
  item('residence', '居住证申领', 'Residence permit', ['暂住证'], '户籍居住', '示例区公安分局'),
];
const first = (typed: string) => find(items, typed)[0];

describe('what a resident types finds what he means', () => {
  it.each([
    ['a whole alias', '低保', 'minimum'],
    ['the beginning of a name', '高龄', 'elderly'],
    ['what people say', '老人钱', 'elderly'],
    ['the middle of a name', '医疗保险', 'insurance'],
    ['half of the characters', '居医保', 'insurance'],
    ['initials', 'gljt', 'elderly'],
    ['initials of an alias', 'lnz', 'senior'],
    ['initials in the middle', 'sbz', undefined],
    ['pinyin', 'gaoling', 'elderly'],
    ['pinyin with blanks and capitals', 'Gao ling', 'elderly'],
    ['pinyin of an alias', 'dibao', 'minimum'],
    ['another accent', 'seng yu', 'fertility'],
    ['n for l', 'gaoning', 'elderly'],
    ['no g at the end', 'gaolin', 'elderly'],
    ['a wrong letter', 'gaolung', 'elderly'],
    ['a letter left out', 'jiehudengji', 'marriage'],
    ['a wrong character of the same sound', '结昏登记', 'marriage'],
    ['full-width letters', 'ｇｌｊｔ', 'elderly'],
    ['an English word', 'senior', 'senior'],
    ['half an English word', 'unemp', 'unemployed'],
    ['an English word with a typing error', 'marraige', 'marriage'],
    ['the department', '公安', 'residence'],
    ['the event of life', '就业', 'unemployed'],
  ])('%s: %s', (_how, typed, slug) => {
    expect(first(typed)).toBe(slug);
  });

  it('the surest first: what is called so before what is about it', () => {
    expect(find(items, '养老')).toEqual(['elderly', 'senior']);
    expect(find(items, '老年')[0]).toBe('senior');
    expect(find(items, '登记').slice(0, 4).sort()).toEqual([
      'fertility',
      'insurance',
      'marriage',
      'unemployed',
    ]);
  });

  it('a single initial is not yet a search, and neither is nothing', () => {
    expect(find(items, 'g')).toEqual([]);
    expect(find(items, ' ·， ')).toEqual([]);
  });

  it('what nobody offers here is not found', () => {
    expect(find(items, '护照')).toEqual([]);
    expect(find(items, 'zzzz')).toEqual([]);
    expect(find(items, '😀')).toEqual([]);
  });
});
