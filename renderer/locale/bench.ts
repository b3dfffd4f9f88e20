/** The device bench shows both languages at once: whoever presents the station may read only one of them. */
export interface Both {
  readonly zh: string;
  readonly en: string;
}

const both = (zh: string, en: string): Both => ({ zh, en });

export const benchTexts = {
  title: both('设备台', 'Device bench'),
  lead: both('在这里动手：放证、缺纸、断线。', 'What a hand would do to the hardware.'),
  connecting: both('正在连接设备台…', 'Connecting to the bench…'),
  failed: both('操作没有成功，请再试一次。', 'That did not work; please try again.'),
  plug: both('连接线', 'Cable'),
  plugged: both('已插好', 'Plugged in'),
  unplugged: both('已拔掉', 'Unplugged'),
  reader: {
    title: both('身份证读卡器', 'ID card reader'),
    people: both('放上或拿走身份证', 'Put a card on, or take it away'),
    onReader: both('在读卡器上', 'On the reader'),
    inHand: both('点一下放上', 'Touch to put on'),
    synthetic: both('虚构人物', 'Invented person'),
    fault: both('读卡故障', 'Fault'),
    none: both('正常', 'None'),
    silent: both('不应答', 'Silent'),
    garbage: both('乱码', 'Garbled'),
    'wrong-checksum': both('校验错', 'Bad checksum'),
    'too-long': both('数据过长', 'Too long'),
    'not-an-id-card': both('不是身份证', 'Not an ID card'),
  },
  printer: {
    title: both('凭条打印机', 'Receipt printer'),
    paper: both('纸', 'Paper'),
    ok: both('充足', 'Enough'),
    'near-end': both('快用完', 'Near end'),
    out: both('缺纸', 'Out'),
    cover: both('上盖', 'Cover'),
    closed: both('盖好', 'Closed'),
    open: both('打开', 'Open'),
    cutter: both('切刀', 'Cutter'),
    works: both('正常', 'Works'),
    jams: both('卡住', 'Jams'),
  },
  scanner: {
    title: both('扫码口', 'Scanner'),
    codes: both('把手机上的码对准扫码口，再点一下拿走', 'Hold a code to it; touch again to take it away'),
    person: both('{name}的码', 'code'),
    used: both('用过的码', 'A used code'),
    expired: both('过时的码', 'An expired code'),
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
    cut: both('切纸', 'Cut'),
  },
} as const;

export function filled(text: Both, values: Readonly<Record<string, string | number>>): Both {
  const fill = (template: string) =>
    template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return { zh: fill(text.zh), en: fill(text.en) };
}
