import { describe, expect, it } from 'vitest';
import { layOutCandidates } from './candidate-pages.ts';
import { lexicon, textsFor } from './test-lexicon.ts';

/** The bar of a 21.5" panel: upright, and as the right half of a level one (mm). */
const BAR_WIDTHS_MM = { portrait: 233, landscape: 203 } as const;

function firstPage(texts: readonly string[], widthMm: number): string[] {
  return (layOutCandidates(texts, widthMm, 2)[0] ?? []).flat().map((cell) => texts[cell.index] ?? '');
}

/** Invented people: the commonest surnames, with given names of four generations. */
const commonNames = `
张三 zhangsan 李四 lisi 王五 wangwu 张建国 zhangjianguo 王秀英 wangxiuying 李秀英 lixiuying 王伟 wangwei
李伟 liwei 张伟 zhangwei 刘伟 liuwei 王芳 wangfang 李娜 lina 张敏 zhangmin 王静 wangjing 李静 lijing
张丽 zhangli 王丽 wangli 李强 liqiang 王强 wangqiang 张磊 zhanglei 王磊 wanglei 李军 lijun 刘洋 liuyang
王勇 wangyong 李勇 liyong 张勇 zhangyong 王艳 wangyan 李艳 liyan 李杰 lijie 张杰 zhangjie 张娟 zhangjuan
张涛 zhangtao 王涛 wangtao 李明 liming 王超 wangchao 李霞 lixia 王霞 wangxia 刘敏 liumin 王刚 wanggang
王平 wangping 李平 liping 刘杰 liujie 王桂英 wangguiying 陈秀兰 chenxiulan 刘桂兰 liuguilan 杨玉兰 yangyulan
赵淑珍 zhaoshuzhen 黄秀珍 huangxiuzhen 周玉珍 zhouyuzhen 吴凤英 wufengying 徐玉英 xuyuying 孙淑英 sunshuying
马建华 majianhua 朱志强 zhuzhiqiang 胡建军 hujianjun 郭建平 guojianping 何志明 hezhiming 林海燕 linhaiyan
罗春梅 luochunmei 高丽华 gaolihua 郑晓东 zhengxiaodong 梁小红 liangxiaohong 谢红梅 xiehongmei 宋桂芳 songguifang
唐金花 tangjinhua 许国强 xuguoqiang 韩国华 hanguohua 邓永强 dengyongqiang 冯永刚 fengyonggang 曹德明 caodeming
彭德华 pengdehua 曾志伟 zengzhiwei 肖志华 xiaozhihua 田文华 tianwenhua 董文斌 dongwenbin 潘文杰 panwenjie
袁明华 yuanminghua 蔡明亮 caimingliang 蒋金龙 jiangjinlong 余长春 yuchangchun 于春生 yuchunsheng 杜秋菊 duqiuju
叶冬梅 yedongmei 程雪梅 chengxuemei 苏红军 suhongjun 魏红霞 weihongxia 吕卫国 lvweiguo 丁卫东 dingweidong
任学军 renxuejun 沈海涛 shenhaitao 姚海波 yaohaibo 卢晓明 luxiaoming 姜晓燕 jiangxiaoyan 崔小平 cuixiaoping
钟小明 zhongxiaoming 谭丽娟 tanlijuan 陆丽萍 luliping 汪玉珠 wangyuzhu 范玉玲 fanyuling 金凤霞 jinfengxia
石美玲 shimeiling 廖惠芳 liaohuifang 贾慧敏 jiahuimin 夏月英 xiayueying 韦瑞芳 weiruifang 方宝珍 fangbaozhen
白少华 baishaohua 邹松林 zousonglin 孟树林 mengshulin 熊庆华 xiongqinghua 秦振华 qinzhenhua 邱立新 qiulixin
江新民 jiangxinmin 尹东升 yindongsheng 薛兴国 xuexingguo 闫忠华 yanzhonghua 段俊杰 duanjunjie 雷子轩 leizixuan
侯子涵 houzihan 龙浩然 longhaoran 史宇轩 shiyuxuan 陶梓涵 taozihan 黎欣怡 lixinyi 贺诗涵 heshihan 顾思远 gusiyuan
毛佳怡 maojiayi 郝嘉欣 haojiaxin 龚梦琪 gongmengqi 邵雨桐 shaoyutong 万一诺 wanyinuo 欧阳修 ouyangxiu
单建国 shanjianguo 解秀兰 xiexiulan 查志强 zhazhiqiang 仇玉珍 qiuyuzhen 区永强 ouyongqiang 覃丽华 qinlihua
`;
const pairs = [...commonNames.matchAll(/(\p{Unified_Ideograph}+) ([a-z]+)/gu)].map(
  ([, name = '', input = '']) => ({ name, input }),
);

describe('a whole name', () => {
  it('is a list of more than a hundred', () => {
    expect(pairs.length).toBeGreaterThan(100);
  });

  it.each(pairs)('$name is on the first page for $input', ({ name, input }) => {
    const texts = textsFor(input, 'name');
    expect(firstPage(texts, BAR_WIDTHS_MM.portrait)).toContain(name);
    expect(firstPage(texts, BAR_WIDTHS_MM.landscape)).toContain(name);
  });

  it.each(['zhangsan', 'zangsan'])('gives 张三 first for %s', (input) => {
    expect(textsFor(input, 'name')[0]).toBe('张三');
  });

  it('can be typed by its initials', () => {
    expect(textsFor('zjg', 'name')[0]).toBe('张建国');
  });

  it('never proposes an inauspicious character', () => {
    const texts = textsFor('lisi', 'name');
    expect(texts[0]).toBe('李四');
    expect(texts).not.toContain('李死');
    // A known name behind a surname: 尸 is one letter from 四.
    for (const input of ['lishi', 'lis', 'zhangsi', 'wangsi']) {
      expect(textsFor(input, 'name').filter((text) => /^..?[死尸]$/u.test(text))).toEqual([]);
    }
    for (const input of ['wangsi', 'zhanggui', 'lihun', 'chenbing']) {
      const first = textsFor(input, 'name').slice(0, 80);
      expect(
        first.filter(
          (text) => text.length > 1 && [...text].some((character) => lexicon.inauspicious.has(character)),
        ),
      ).toEqual([]);
    }
  });

  it('still lets a person write such a character, last', () => {
    expect(textsFor('si', 'given-name')).toContain('死');
    expect(textsFor('si', 'given-name').indexOf('死')).toBeGreaterThan(20);
  });
});

describe('surnames', () => {
  it.each([
    ['shan', '单'],
    ['zeng', '曾'],
    ['zha', '查'],
    ['ou', '欧'],
    ['ouyang', '欧阳'],
    ['xie', '谢'],
    ['zhuge', '诸葛'],
    ['yuchi', '尉迟'],
    ['moqi', '万俟'],
    ['ge', '葛'],
  ])('%s offers %s first', (input, surname) => {
    expect(textsFor(input, 'name')[0]).toBe(surname);
  });

  it.each([
    ['xie', '解'],
    ['qiu', '仇'],
    ['ou', '区'],
    ['piao', '朴'],
    ['ren', '任'],
    ['yue', '乐'],
    ['ge', '盖'],
    ['xian', '冼'],
    ['qin', '覃'],
    ['shangguan', '上官'],
    ['zhangsun', '长孙'],
  ])('%s offers %s among the first three', (input, surname) => {
    expect(textsFor(input, 'name').slice(0, 3)).toContain(surname);
  });

  it('come behind nine whole names, so that who does not find the name can go on from the surname', () => {
    const page = firstPage(textsFor('zhangjianguo', 'name'), BAR_WIDTHS_MM.portrait);
    expect(page).toContain('张');
  });
});

describe('after the surname', () => {
  it('offers characters of given names before commoner ones', () => {
    expect(textsFor('ying', 'given-name')[0]).toBe('英');
    expect(textsFor('ying', 'text')[0]).not.toBe('英');
    expect(textsFor('xiaoming', 'given-name').slice(0, 3)).toContain('小明');
  });

  it.each([
    ['犇', 'ben'],
    ['喆', 'zhe'],
    ['堃', 'kun'],
    ['赟', 'yun'],
    ['垚', 'yao'],
    ['祎', 'yi'],
    ['玥', 'yue'],
    ['䶮', 'yan'],
    ['旸', 'yang'],
    ['㛃', 'jie'],
    ['𬱖', 'di'],
  ])('%s is reached by %s', (character, input) => {
    expect(textsFor(input, 'given-name')).toContain(character);
    expect(textsFor(input, 'text')).toContain(character);
  });
});
