import type { TextLanguage } from '#contract/localized.ts';

/**
 * The words on the slip, which is printed by the terminal and not by a screen. Chinese and English only: a slip
 * is a paper that clerks read, too, and its printers write from left to right.
 */
export const receiptTexts: Readonly<
  Record<
    TextLanguage,
    {
      readonly title: string;
      readonly correctionTitle: string;
      readonly applicant: string;
      readonly idNumber: string;
      readonly receivedAt: string;
      readonly number: string;
      readonly queryCode: string;
      readonly meaning: string;
      readonly bringOriginals: string;
      readonly showOriginals: string;
      readonly bringLater: string;
      readonly signedCode: string;
      readonly ask: string;
      readonly supervise: string;
    }
  >
> = {
  zh: {
    title: '收件凭证',
    correctionTitle: '补正收件凭证',
    applicant: '申请人',
    idNumber: '证件号码',
    receivedAt: '收件时间',
    number: '收件编号',
    queryCode: '查询码：',
    meaning: '本站已收到您的申请，将报送主管部门。是否受理以部门通知为准。',
    bringOriginals: '您没有刷身份证，请带证件原件到窗口核对。',
    showOriginals: '请带原件到窗口核对：',
    bringLater: '可以后补：',
    signedCode: '签名校验',
    ask: '咨询电话：',
    supervise: '监督投诉电话：',
  },
  en: {
    title: 'Receipt',
    correctionTitle: 'Receipt of a correction',
    applicant: 'Applicant',
    idNumber: 'ID number',
    receivedAt: 'Received',
    number: 'Receipt number',
    queryCode: 'Query code: ',
    meaning:
      'This station has received your application and will pass it to the office in charge. Acceptance is decided by that office.',
    bringOriginals: 'You did not use an ID card: please show the original at a window.',
    showOriginals: 'Show the original at a window:',
    bringLater: 'May follow later:',
    signedCode: 'Signature check',
    ask: 'Questions: ',
    supervise: 'Complaints: ',
  },
};

/** For the clerk who is shown the slip, whatever language the resident chose. */
export const COPY_MARK = '补打 COPY';
