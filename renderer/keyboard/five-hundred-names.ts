import { pinyin } from 'pinyin-pro';
import { canonicalSpelling } from './pinyin.ts';

/**
 * Five hundred invented people for the tests of the pinyin engine: surnames by how many bear them (the hundred
 * commonest of the seventh census, then compound ones), given names of six generations as the yearly name reports
 * of the Ministry of Public Security list them. Nobody is meant. The lists are not the engine's own (data/seed),
 * and the readings are pinyin-pro's.
 */
const surnames = (
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆' +
  '汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤'
).split('');
const compoundSurnames = '欧阳 上官 司马 诸葛 尉迟 皇甫 司徒 夏侯 东方 公孙 慕容 令狐 长孙 宇文 端木'.split(
  ' ',
);

const givenNames = `
秀英 桂英 秀兰 玉兰 桂兰 玉英 秀珍 凤英 玉珍 淑珍 桂芳 兰英 淑英 素珍 春英 志明 德明 永福 金生 国栋
建国 建华 建军 志强 国强 建平 文华 国华 志刚 永强 秀梅 玉梅 丽华 桂花 春梅 海英 小红 爱华 卫东 红梅
军 勇 伟 强 平 刚 斌 辉 涛 杰 波 明 超 健 鹏 飞 磊 浩 洋 宇 静 丽 敏 艳 芳 娟 霞 燕 玲 娜 婷 莉 丹 倩 颖 雪 琳 萍 红 英
晓东 晓明 海涛 文杰 俊杰 志伟 海燕 晓燕 丽娟 丽丽 小燕 红霞 晓丽 婷婷 丹丹 莉莉 雪梅 春燕 慧敏 雅婷
浩宇 浩然 子涵 梓涵 欣怡 宇轩 子轩 梓轩 一诺 诗涵 雨桐 佳怡 思远 嘉怡 俊熙 宇航 梦琪 可欣 雨涵 紫涵
奕辰 沐宸 若汐 浩辰 一帆 语桐 思涵 梓萱 梓豪 铭泽 依诺 可馨 奕泽 子墨 宇辰 诗琪 佳琪 天佑 明轩 晨曦
`
  .trim()
  .split(/\s+/);

export interface TypedName {
  readonly name: string;
  /** Full pinyin without tones, a syllable each. */
  readonly syllables: readonly string[];
}

/** A step prime to the list's length brings every entry before any comes twice. */
const GIVEN_STEP = 37;
/** The commonest surname is borne by forty times as many as the hundredth. */
const shareOf = (rank: number) => 1 / (rank + 4);

/** The names, commoner surnames more often; the same each time. */
export function fiveHundredNames(): TypedName[] {
  const total = surnames.reduce((sum, _surname, rank) => sum + shareOf(rank), 0);
  const drawn = surnames.flatMap((surname, rank) =>
    Array.from({ length: Math.max(1, Math.round((470 * shareOf(rank)) / total)) }, () => surname),
  );
  const doubled = compoundSurnames.flatMap((surname) => [surname, surname]);
  return [...drawn, ...doubled].slice(-500).map((surname, index) => {
    const given = givenNames[(index * GIVEN_STEP) % givenNames.length] ?? '';
    return { name: surname + given, syllables: syllablesOf(surname, given) };
  });
}

function syllablesOf(surname: string, given: string): string[] {
  const plain = { toneType: 'none', v: true, type: 'array' } as const;
  return [...pinyin(surname, { ...plain, surname: 'all' }), ...pinyin(given, plain)].map(canonicalSpelling);
}
