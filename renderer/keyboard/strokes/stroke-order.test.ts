import { describe, expect, it } from 'vitest';
import { ANY_STROKE, findByStrokeOrder } from './stroke-order.ts';
import { strokeCharacters, strokeIndex } from './test-strokes.ts';

/** Two hundred and more characters whose stroke order every school book shows; 1 一 2 丨 3 丿 4 丶 5 乛. */
const known = `
一 1 乙 5 二 11 十 12 丁 12 厂 13 七 15 卜 24 八 34 人 34 入 34 儿 35 九 35 几 35 了 52 刀 53 力 53 又 54
三 111 干 112 于 112 工 121 土 121 士 121 才 123 下 124 寸 124 大 134 丈 134 万 153 上 211 小 234 口 251
山 252 巾 252 千 312 川 322 个 342 夕 354 久 354 凡 354 丸 354 及 354 广 413 亡 415 门 425 义 434 之 454
尸 513 己 515 已 515 巳 515 弓 515 子 521 也 525 女 531 飞 534 习 541 马 551 乡 553
王 1121 井 1132 开 1132 夫 1134 天 1134 元 1135 无 1135 云 1154 专 1154 木 1234 五 1251 不 1324 太 1344
犬 1344 车 1512 牙 1523 戈 1534 止 2121 日 2511 中 2512 内 2534 水 2534 见 2535 手 3112 牛 3112 毛 3115
气 3115 午 3112 升 3132 长 3154 片 3215 仁 3211 化 3235 反 3354 介 3432 父 3434 今 3445 分 3453 公 3454
月 3511 风 3534 丹 3541 文 4134 六 4134 方 4153 火 4334 斗 4412 户 4513 心 4544 尺 5134 引 5152 丑 5211
孔 5215 双 5454 书 5524
玉 11214 未 11234 末 11234 正 12121 甘 12211 古 12251 本 12341 可 12512 左 13121 石 13251 右 13251
龙 13534 平 14312 东 15234 北 21135 目 25111 且 25111 叶 25112 甲 25112 申 25112 田 25121 由 25121
史 25134 央 25134 兄 25135 四 25351 生 31121 禾 31234 白 32511 仙 32252 瓜 33544 令 34454 用 35112
立 41431 玄 41554 半 43112 永 45534 民 51515 出 52252 皮 53254 母 55414
圭 121121 吉 121251 老 121335 西 125351 百 132511 有 132511 存 132521 而 132522 成 135534 光 243135
早 251112 虫 251214 曲 251221 同 251251 回 252511 年 311212 先 312135 竹 312312 舌 312251 自 325111
血 325221 行 332112 全 341121 会 341154 合 341251 多 354354 衣 413534 羊 431112 米 431234 州 434242
安 445531 字 445521 羽 541541 观 542535
李 1234521 走 1212134 豆 1251431 辰 1311534 来 1431234 里 2511211 男 2512153 足 2512134 我 3121534
身 3251113 言 4111251 辛 4143112 君 5113251
杰 12344444 林 12341234 明 25113511 国 25112141 金 34112431 京 41251234 英 12225134
南 122543112 春 111342511 星 251131121 香 312342511 音 414312511 美 431121134 泉 325112534
马 551 高 4125125251 家 4451353334
`;
const codes = [...known.matchAll(/(\p{Unified_Ideograph}) ([1-5]+)/gu)].map(([, text = '', code = '']) => ({
  text,
  code,
}));
const orderOf = new Map(strokeIndex.orders.characters.map(({ text, code }) => [text, code]));

describe('stroke order', () => {
  it('is that of the school books for two hundred characters', () => {
    expect(codes.length).toBeGreaterThan(200);
    const wrong = codes.filter(({ text, code }) => orderOf.get(text) !== code);
    expect(wrong.map(({ text, code }) => `${text} ${code}, not ${orderOf.get(text)}`)).toEqual([]);
  });

  it('offers the characters that end there before those that go on, commoner ones first', () => {
    const found = findByStrokeOrder(strokeIndex.orders, '134', 40);
    expect(found[0]).toBe('大');
    expect(found.indexOf('丈')).toBeLessThan(found.indexOf('太'));
    expect(found).toContain('太');
  });

  it('takes any stroke for one that the person does not know', () => {
    expect(findByStrokeOrder(strokeIndex.orders, '1234521', 10)).toContain('李');
    expect(findByStrokeOrder(strokeIndex.orders, `12${ANY_STROKE}45${ANY_STROKE}1`, 10)).toContain('李');
  });

  it('reaches every character by all its strokes', () => {
    const longest = Math.max(...strokeCharacters.map(({ strokes }) => strokes.length));
    expect(longest).toBeLessThanOrEqual(60);
    const lost = strokeIndex.orders.characters.filter(
      ({ text, code }, index) =>
        index % 40 === 0 && !findByStrokeOrder(strokeIndex.orders, code, 120).includes(text),
    );
    expect(lost).toEqual([]);
  });

  it.each([...'犇喆堃赟垚祎玥䶮旸㛃𬱖'])('offers the rare %s on the first page', (text) => {
    const code = orderOf.get(text) ?? '';
    expect(findByStrokeOrder(strokeIndex.orders, code, 12)).toContain(text);
  });

  it.each(['', '6', 'a', '12x'])('offers nothing for %j', (pattern) => {
    expect(findByStrokeOrder(strokeIndex.orders, pattern, 10)).toEqual([]);
  });
});
