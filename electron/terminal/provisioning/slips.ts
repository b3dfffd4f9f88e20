import { localDate, localTimeOfDay } from '#contract/form/local-date.ts';
import type { TextLanguage } from '#contract/localized.ts';
import type { ReadinessItem, ReadinessState } from '#contract/provisioning.ts';
import type { ReadinessReport } from '#contract/readiness.ts';
import type { ReceiptDocument, ReceiptNode } from '#contract/receipt.ts';

/** Says which printer this is by the port that it hangs at. */
export function identifySlip(language: TextLanguage, device: string, channel: string): ReceiptDocument {
  const words = texts[language];
  return {
    nodes: [
      text(words.thisPrinter, 'center', 'tall'),
      text(device, 'center', 'double'),
      text(channel, 'center', 'normal'),
      text(words.look, 'center', 'normal'),
    ],
  };
}

/** What receipts need of a printer: both alphabets, both sizes, a table, a line, both codes. */
export function testPage(
  language: TextLanguage,
  station: string,
  printedMs: number,
  timeZone: string,
): ReceiptDocument {
  const words = texts[language];
  return {
    nodes: [
      text(words.testPage, 'center', 'double'),
      text(station, 'center', 'normal'),
      { type: 'row', left: words.printed, right: when(printedMs, timeZone), bold: false },
      { type: 'rule' },
      text('便民服务 社会保障 老年优待 0123456789', 'left', 'normal'),
      text('ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz', 'left', 'normal'),
      text(words.tall, 'left', 'tall'),
      { type: 'row', left: words.left, right: words.right, bold: true },
      { type: 'qr', data: 'YIZHAN TEST PAGE', moduleDots: 6 },
      { type: 'barcode', data: 'YIZHAN-TEST', heightDots: 80, readable: true },
      { type: 'rule' },
      text(words.cut, 'left', 'normal'),
    ],
  };
}

export function readinessSlip(
  language: TextLanguage,
  terminalId: string,
  report: ReadinessReport,
  timeZone: string,
): ReceiptDocument {
  const words = texts[language];
  const red = report.lines.filter(({ state }) => state === 'red').length;
  return {
    nodes: [
      text(words.report, 'center', 'double'),
      text(terminalId, 'center', 'tall'),
      { type: 'row', left: words.taken, right: when(Date.parse(report.takenAt), timeZone), bold: false },
      text(red === 0 ? words.allGood : words.notGood(red), 'left', 'tall'),
      { type: 'rule' },
      ...report.lines.flatMap(({ item, device, state, code, detail }): ReceiptNode[] => [
        {
          type: 'row',
          left: `${words.items[item]}${device === null ? '' : ` ${device}`}`.slice(0, 60),
          right: words.states[state],
          bold: state === 'red',
        },
        ...(code === null || state === 'green' ? [] : [text(`  ${code}`, 'left', 'normal')]),
        ...(detail === null || state !== 'red' ? [] : [text(`  ${detail.slice(0, 200)}`, 'left', 'normal')]),
      ]),
      { type: 'rule' },
      text(words.keep, 'left', 'normal'),
    ],
  };
}

function when(ms: number, timeZone: string): string {
  return `${localDate(ms, timeZone)} ${localTimeOfDay(ms, timeZone)}`;
}

function text(content: string, align: 'left' | 'center', size: 'normal' | 'tall' | 'double'): ReceiptNode {
  return { type: 'text', text: content, align, size, bold: size !== 'normal' };
}

interface Words {
  readonly thisPrinter: string;
  readonly look: string;
  readonly testPage: string;
  readonly printed: string;
  readonly tall: string;
  readonly left: string;
  readonly right: string;
  readonly cut: string;
  readonly report: string;
  readonly taken: string;
  readonly allGood: string;
  readonly notGood: (count: number) => string;
  readonly keep: string;
  readonly items: Readonly<Record<ReadinessItem, string>>;
  readonly states: Readonly<Record<ReadinessState, string>>;
}

const texts: Readonly<Record<TextLanguage, Words>> = {
  zh: {
    thisPrinter: '这台打印机是',
    look: '请回到屏幕，点“就是这台”。',
    testPage: '打印测试页',
    printed: '打印时间',
    tall: '这一行应当是高字',
    left: '靠左',
    right: '靠右',
    cut: '纸应当在这下面切断，没有白边缺字。',
    report: '就绪报告',
    taken: '检查时间',
    allGood: '全部就绪',
    notGood: (count) => `有 ${String(count)} 项不合格`,
    keep: '请贴在机柜门内。报告已同时存入本机。',
    items: {
      clock: '时钟',
      network: '网络',
      screen: '屏幕尺寸',
      enrolment: '平台注册',
      device: '设备',
      printer: '打印测试',
      card: '读卡测试',
      display: '窗口屏测试',
      camera: '摄像头',
      sound: '声音',
      configuration: '配置',
      store: '数据目录',
    },
    states: { green: '合格', red: '不合格', 'not-here': '没有' },
  },
  en: {
    thisPrinter: 'This printer is',
    look: 'Go back to the screen and touch “This one”.',
    testPage: 'Printer test page',
    printed: 'Printed',
    tall: 'This line is tall',
    left: 'left',
    right: 'right',
    cut: 'The paper is cut below, and no margin lacks a letter.',
    report: 'Readiness report',
    taken: 'Taken',
    allGood: 'Ready',
    notGood: (count) => `${String(count)} not good`,
    keep: 'Keep it inside the door of the cabinet. It is stored in the terminal, too.',
    items: {
      clock: 'Clock',
      network: 'Network',
      screen: 'Size of the screen',
      enrolment: 'Enrolment',
      device: 'Device',
      printer: 'Printer test',
      card: 'Card test',
      display: 'Display test',
      camera: 'Camera',
      sound: 'Sound',
      configuration: 'Configuration',
      store: 'Data folder',
    },
    states: { green: 'good', red: 'NOT GOOD', 'not-here': 'not here' },
  },
};
