import type { LocalizedText } from '#contract/localized.ts';

/** Every text of the desk's page, Chinese first. */
export const deskTexts = {
  title: { zh: '平台办件', en: 'Cases on the platform' },
  latest: { zh: '最新的办件(不含个人信息)', en: 'The latest cases, without personal data' },
  none: { zh: '还没有办件。', en: 'There is no case yet.' },
  evaluation: { zh: '考评', en: 'Evaluation' },
  refresh: { zh: '刷新', en: 'Refresh' },
  caseNo: { zh: '办件编号', en: 'Case number' },
  receiptNo: { zh: '收件编号', en: 'Receipt number' },
  item: { zh: '事项', en: 'Item' },
  terminal: { zh: '终端', en: 'Terminal' },
  receivedAt: { zh: '站点收件时间', en: 'Received at the station' },
  storedAt: { zh: '平台入库时间', en: 'Stored on the platform' },
  status: { zh: '状态', en: 'Status' },
  closed: {
    zh: '请用带工作台口令的地址打开本页。',
    en: 'Open this page with the address that carries the desk token.',
  },
} as const satisfies Record<string, LocalizedText>;

/** GB/T 39046 status codes as deployed. */
export const statusTexts: Readonly<Record<string, LocalizedText>> = {
  '01': { zh: '已提交', en: 'Submitted' },
  '02': { zh: '收件', en: 'Received' },
  '05': { zh: '受理', en: 'Accepted' },
  '06': { zh: '补齐补正', en: 'Correction asked for' },
  '07': { zh: '不予受理', en: 'Not accepted' },
  '10': { zh: '办结', en: 'Closed' },
  '11': { zh: '挂起', en: 'Suspended' },
  '12': { zh: '在办', en: 'In progress' },
  '13': { zh: '退件', en: 'Returned' },
  '14': { zh: '撤回', en: 'Withdrawn' },
  '15': { zh: '已送达', en: 'Delivered' },
};
