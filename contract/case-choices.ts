/** What a case's history is told in. No schema here, so that a screen can read it. */

/** What can happen to a case; docs/cases.md says from where to where, by whom, and what its clocks do. */
export const caseVerbs = [
  'receive',
  'revise',
  'keep-revision',
  'accept',
  'deem-accepted',
  'refuse',
  'request-correction',
  'correct',
  'confirm-correction',
  'return-overdue',
  'correct-in-time',
  'complete-step',
  'begin-special',
  'end-special',
  'extend',
  'hand-over',
  'return',
  'withdraw',
  'close',
  'deliver',
  'reopen',
] as const;
export type CaseVerb = (typeof caseVerbs)[number];

/** Special procedures (特别程序) whose days are not counted, after 行政许可法 45; 延长审批 is the verb `extend`. */
export const specialReasons = [
  'test', // 检验检测
  'public-notice', // 公示
  'hearing', // 听证
  'expert-review', // 专家评审
  'home-visit', // 入户调查
] as const;
export type SpecialReason = (typeof specialReasons)[number];

/** How a result reached the applicant (送达). */
export const deliveryWays = ['in-person', 'post', 'electronic', 'to-agent'] as const;
export type DeliveryWay = (typeof deliveryWays)[number];

/** The written notices (出具文书) that a step of a case gives. */
export const documentKinds = [
  'accept', // 受理通知书
  'reject', // 不予受理通知书
  'correct', // 补齐补正(一次性)告知书
  'confirmCorrect', // 确认补齐通知书
  'special', // 特别程序告知书
  'close', // 办结通知书
  'refuse', // 不予许可/确认决定书
  'return', // 退件通知书
  'deliver', // 送达回执
] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** Signals of electronic supervision (电子监察), by what they stand for. */
export const alertRules = ['near', 'promise-over', 'step-over', 'legal-over', 'unhandled'] as const;
export type AlertRule = (typeof alertRules)[number];
export const alertLevels = ['hint', 'yellow', 'red'] as const;
export type AlertLevel = (typeof alertLevels)[number];
