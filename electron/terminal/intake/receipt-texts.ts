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
      readonly chainMeaning: string;
      /** Of a question, complaint or suggestion. */
      readonly said: string;
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
    chainMeaning: '本站已收到以上各项申请，将分别报送主管部门，分别受理、分别计时。是否受理以部门通知为准。',
    queryCode: '查询码：',
    meaning: '本站已收到您的申请，将报送主管部门。是否受理以部门通知为准。',
    said: '本站已收到您说的话，将转给负责的单位答复。凭收件编号可以查答复。',
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
    chainMeaning:
      'This station has received these applications and will pass each to its office. Each is accepted and timed by itself.',
    queryCode: 'Query code: ',
    meaning:
      'This station has received your application and will pass it to the office in charge. Acceptance is decided by that office.',
    said: 'This station has received what you said and will pass it to the office in charge. Ask for the reply by the receipt number.',
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
