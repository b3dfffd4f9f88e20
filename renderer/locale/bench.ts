/** The device bench shows both languages at once: whoever presents the station may read only one of them. */
export interface Both {
  readonly zh: string;
  readonly en: string;
}

const both = (zh: string, en: string): Both => ({ zh, en });

/** What a line or a sick device does to any answer. */
export const lineFaults = {
  none: both('没有', 'None'),
  silent: both('不应答', 'Silent'),
  garbage: both('乱码', 'Garbage'),
  'half-frame': both('应答只有一半', 'Half answers'),
  'slow-bytes': both('字节很慢', 'Slow bytes'),
  'wrong-checksum': both('校验错', 'Wrong checksum'),
} as const;

export const benchTexts = {
  title: both('设备台', 'Device bench'),
  lead: both('在这里动手：放证、缺纸、断线。', 'What a hand would do to the hardware.'),
  connecting: both('正在连接设备台…', 'Connecting to the bench…'),
  failed: both('操作没有成功，请再试一次。', 'That did not work; please try again.'),
  plug: both('连接线', 'Cable'),
  plugged: both('已插好', 'Plugged in'),
  unplugged: both('已拔掉', 'Unplugged'),
  fault: both('故障', 'Fault'),
  speed: both('线路速率', 'Line speed'),
  speeds: {
    115200: both('115200', 'baud'),
    9600: both('9600', 'baud'),
  },
  /** What the terminal takes a device for. */
  terminal: {
    title: both('终端认为', 'The terminal says'),
    unknown: both('问不到终端', 'cannot be asked'),
    notDriven: both('没有配置它', 'not configured'),
    absent: both('没有', 'absent'),
    opening: both('正在打开', 'opening'),
    identifying: both('正在识别', 'identifying'),
    ready: both('就绪', 'ready'),
    busy: both('工作中', 'busy'),
    attention: both('要人处理', 'needs a hand'),
    lost: both('断开了', 'lost'),
    unidentified: both('认不出', 'unidentified'),
    disabled: both('已停用', 'disabled'),
  },
  reader: {
    title: both('身份证读卡器', 'ID card reader'),
    people: both('放上或拿走身份证', 'Put a card on, or take it away'),
    onReader: both('在读卡器上', 'On the reader'),
    inHand: both('点一下放上', 'Touch to put on'),
    synthetic: both('虚构人物', 'Invented person'),
    'too-long': both('数据过长', 'Too long'),
    'not-an-id-card': both('不是身份证', 'Not an ID card'),
    'reads-nothing': both('谎报：读到空白', 'Lies: reads nothing'),
    'finds-nothing': both('谎报：找不到卡', 'Lies: finds no card'),
  },
  printer: {
    title: both('凭条打印机', 'Receipt printer'),
    paper: both('纸', 'Paper'),
    ok: both('充足', 'Enough'),
    'near-end': both('快用完', 'Low'),
    out: both('缺纸', 'Out'),
    cover: both('上盖', 'Cover'),
    closed: both('盖好', 'Closed'),
    open: both('打开', 'Open'),
    cutter: both('切刀', 'Cutter'),
    works: both('正常', 'Works'),
    jams: both('卡住', 'Jams'),
    'says-ready': both('谎报：总说就绪', 'Lies: says ready'),
    'says-printed': both('谎报：总说已打印', 'Lies: says printed'),
  },
  displays: {
    title: both('窗口显示屏', 'Window displays'),
    linePlug: both('整条线', 'Whole line'),
    window: both('{window} 号窗口', 'Window {window}'),
    screen: both('{screen} 号屏', 'screen {screen}'),
    shows: both('屏上：{text}', 'It shows: {text}'),
    dark: both('屏是黑的', 'It is dark'),
    voice: both('语音', 'Voice'),
    quiet: both('还没有说话', 'nothing yet'),
    'shows-nothing': both('谎报：不显示', 'Lies: shows nothing'),
  },
  scanner: {
    title: both('扫码口', 'Scanner'),
    codes: both('把手机上的码对准扫码口，再点一下拿走', 'Hold a code to it; touch again to take it away'),
    person: both('{name}的码', 'code'),
    used: both('用过的码', 'A used code'),
    expired: both('过期的码', 'An expired code'),
    unknown: both('别的码', 'Some other code'),
    fault: both('扫码故障', 'Fault'),
    none: both('正常', 'None'),
    silent: both('不应答', 'Silent'),
    garbage: both('乱码', 'Garbled'),
    'half-frame': both('只来一半', 'Half a code'),
    'slow-bytes': both('一字一顿', 'Slow bytes'),
    'too-long': both('没完没了', 'Endless'),
  },
  line: {
    title: both('到平台的线路', 'Line to the platform'),
    state: both('线路', 'Line'),
    joined: both('接通', 'Joined'),
    cut: both('断开', 'Cut'),
  },
  receipts: {
    title: both('打印出的凭条', 'Receipts as they came out'),
    none: both('还没有打印凭条。', 'Nothing has been printed yet.'),
    number: both('第 {id} 张', 'No. {id}'),
    bytes: both('{count} 字节', '{count} bytes'),
    unfinished: both('还在打印机里', 'Still in the printer'),
    qr: both('二维码：{data}', 'QR code: {data}'),
    barcode: both('条形码：{data}', 'Bar code: {data}'),
    cut: both('切纸', 'Cut'),
  },
} as const;

export function filled(text: Both, values: Readonly<Record<string, string | number>>): Both {
  const fill = (template: string) =>
    template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return { zh: fill(text.zh), en: fill(text.en) };
}
