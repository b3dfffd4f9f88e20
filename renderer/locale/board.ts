/** The board in the hall, Chinese first; the other line is for who does not read it. */
export const boardTexts = {
  title: { zh: '请看您的号码', en: 'Now calling' },
  number: { zh: '号码', en: 'Number' },
  window: { zh: '窗口', en: 'Window' },
  please: { zh: '请', en: 'Ticket' },
  to: { zh: '到', en: 'to window' },
  atWindow: (window: string) => ({ zh: `${window} 号窗口`, en: `Window ${window}` }),
  nobodyWaits: { zh: '没有人等候', en: 'nobody is waiting' },
  waiting: (count: number) => ({ zh: `${String(count)} 人等候`, en: `${String(count)} waiting` }),
  upTo: (to: number) => ({ zh: `${String(to)} 分钟以内`, en: `up to ${String(to)} min` }),
  between: (from: number, to: number) => ({
    zh: `${String(from)}–${String(to)} 分钟`,
    en: `${String(from)}–${String(to)} min`,
  }),
  unknown: { zh: '要等多久无法预计', en: 'wait unknown' },
  closed: { zh: '不再取号', en: 'no more numbers' },
  nobody: { zh: '请稍候，正在准备叫号', en: 'Nobody has been called yet' },
  away: { zh: '叫号屏正在重新连接，请留意窗口', en: 'The board is reconnecting; please watch the windows' },
} as const;
