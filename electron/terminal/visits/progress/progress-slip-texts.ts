import type { CaseStatus } from '#contract/application.ts';
import type { TextLanguage } from '#contract/localized.ts';
import type { CaseProgress } from '#contract/progress.ts';

interface SlipTexts {
  readonly title: string;
  readonly printedAt: string;
  readonly item: string;
  readonly caseNo: string;
  readonly receiptNo: string;
  readonly state: string;
  readonly states: Readonly<Record<CaseStatus, string>>;
  readonly waitsHere: string;
  readonly withStaff: string;
  readonly sent: string;
  readonly next: Readonly<Record<CaseProgress['next']['what'], string>>;
  readonly by: string;
  /** The day on which a special procedure is expected to end: no promise. */
  readonly expected: string;
  readonly toCorrect: string;
  readonly notice: string;
  readonly result: string;
  readonly documentNo: string;
  readonly ask: string;
}

/** The words on the slip about a case. Chinese and English only, as on every slip (receipt-texts.ts). */
export const progressSlipTexts: Readonly<Record<TextLanguage, SlipTexts>> = {
  zh: {
    title: '办理进度',
    printedAt: '打印时间',
    item: '事项',
    caseNo: '办件编号',
    receiptNo: '收件编号',
    state: '现在',
    states: {
      '01': '已提交',
      '02': '部门已收到，还没有决定是否受理',
      '05': '已受理，正在办',
      '06': '要补正',
      '07': '没有受理',
      '10': '办好了',
      '11': '暂停办理',
      '12': '正在办',
      '13': '已退回',
      '14': '已撤回',
      '15': '结果已送达',
    },
    waitsHere: '本站已收到，还没有报到上级平台',
    withStaff: '本站工作人员正在处理',
    sent: '已报到上级平台',
    next: {
      tell: '接下来：部门告诉您是否受理',
      decide: '接下来：部门作出决定',
      correct: '接下来：请您补正',
      wait: '接下来：等一起申请的另一项办完，部门再办这一项',
      resume: '接下来：要先做的做完，部门就接着办；这段时间不算在办理天数里',
      none: '没有别的要办了',
    },
    by: '最迟',
    expected: '预计接着办',
    toCorrect: '要补正的（一次说全）',
    notice: '文书编号',
    result: '结果',
    documentNo: '证件或决定编号',
    ask: '咨询电话：',
  },
  en: {
    title: 'Progress',
    printedAt: 'Printed',
    item: 'Service',
    caseNo: 'Case number',
    receiptNo: 'Receipt number',
    state: 'Now',
    states: {
      '01': 'Submitted',
      '02': 'With the office, which has not yet decided whether to accept',
      '05': 'Accepted, in progress',
      '06': 'To be corrected',
      '07': 'Not accepted',
      '10': 'Done',
      '11': 'Suspended',
      '12': 'In progress',
      '13': 'Returned',
      '14': 'Withdrawn',
      '15': 'Result delivered',
    },
    waitsHere: 'Received at this station, not yet sent to the platform',
    withStaff: 'Staff of this station are dealing with it',
    sent: 'Sent to the platform',
    next: {
      tell: 'Next: the office says whether it accepts',
      decide: 'Next: the office decides',
      correct: 'Next: please correct it',
      wait: 'Next: first another item of the same application must be done',
      resume: 'Next: what comes first is done and the office goes on; its days are not counted',
      none: 'Nothing more is to be done',
    },
    by: 'At the latest',
    expected: 'Expected to go on',
    toCorrect: 'To be corrected (all of it)',
    notice: 'Notice number',
    result: 'Result',
    documentNo: 'Certificate or decision',
    ask: 'Questions: ',
  },
};
