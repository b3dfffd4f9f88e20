import type { RatingReason } from '#contract/rating-scale.ts';
import type { LocalizedText } from '#contract/localized.ts';

/** Every text of the page and of the table that is saved, Chinese first. `{n}` and the like are filled in. */
export const evaluationTexts = {
  title: { zh: '以评促建：考评', en: 'Evaluation' },
  period: { zh: '{from} 至 {until}（逾期按 {today} 计）', en: '{from} to {until} (overdue as of {today})' },
  last30: { zh: '近 30 天', en: 'Last 30 days' },
  last90: { zh: '近 90 天', en: 'Last 90 days' },
  thisYear: { zh: '今年', en: 'This year' },
  lastYear: { zh: '去年', en: 'Last year' },
  save: { zh: '存为表格（CSV）', en: 'Save as a table (CSV)' },
  otherLanguage: { zh: 'English', en: '中文' },
  desk: { zh: '办件', en: 'Cases' },
  periods: { zh: '时段', en: 'Periods' },
  badPeriod: {
    zh: '时段不对：请给出开始和结束的日子（年-月-日），最长一年。',
    en: 'The period is wrong: give its first and last day (year-month-day), a year at most.',
  },
  nothing: { zh: '这段时间没有办件。', en: 'There was no case in this period.' },

  fixFirst: { zh: '先改什么', en: 'What to fix first' },
  fixFirstRule: {
    zh: '按居民多等的工作日排：超过承诺的天数、退回补正的天数、断网耽搁的天数，合计越多越靠前；少于 {fewest} 件的不列。',
    en: 'By the working days that residents lost: beyond the promise, putting papers right, waiting for the line. What rests on fewer than {fewest} cases is left out.',
  },
  fixNothing: { zh: '没有哪一项耽搁了 {fewest} 件以上。', en: 'Nothing has held up {fewest} cases or more.' },
  late: {
    zh: '{cases} 件超过承诺时限',
    en: '{cases} cases beyond the promise',
  },
  correction: {
    zh: '{cases} 次补正{commonest}',
    en: '{cases} corrections{commonest}',
  },
  commonestIs: { zh: '，最常补的是“{what}”', en: '; mostly “{what}”' },
  offline: {
    zh: '{cases} 件收下后过了 {minutes} 分钟以上才到平台',
    en: '{cases} cases came to the platform more than {minutes} minutes late',
  },
  howTo: {
    zh: '超期的：看件停在哪一步，加人或者并环节。补正的：把最常补的那一条在指南和表格里写清楚。断网的：查那个站的网络。',
    en: 'Beyond the promise: find the step where cases lie. Corrections: say what is corrected most clearly in the guide and the form. Late: look at the line of that station.',
  },
  where: { zh: '哪里', en: 'Where' },
  lostDays: { zh: '多等的天数', en: 'Days lost' },
  whatItIs: { zh: '怎么回事', en: 'What it is' },

  received: { zh: '收件', en: 'Received' },
  accepted: { zh: '受理', en: 'Accepted' },
  closed: { zh: '办结', en: 'Closed' },
  refused: { zh: '不予受理', en: 'Not accepted' },
  mean: { zh: '平均工作日', en: 'Mean working days' },
  median: { zh: '中位数', en: 'Median' },
  ninetieth: { zh: '九成用时', en: 'Nine of ten' },
  promised: { zh: '承诺', en: 'Promised' },
  onPromise: { zh: '按承诺办结', en: 'Within promise' },
  onLegal: { zh: '按法定办结', en: 'Within the law' },
  lateDays: { zh: '超期工作日', en: 'Days beyond promise' },
  overdueNow: { zh: '现在逾期', en: 'Overdue now' },
  corrections: { zh: '补正次数', en: 'Corrections' },
  correctionsPerCase: { zh: '每件补正', en: 'Corrections a case' },
  offlineShare: { zh: '断网件', en: 'Came late' },
  ratings: { zh: '评价', en: 'Ratings' },
  meanSatisfaction: { zh: '满意度（1 最好）', en: 'Satisfaction (1 is best)' },
  badShare: { zh: '差评率', en: 'Bad ratings' },
  repliesGiven: { zh: '答复', en: 'Replies' },
  sentBack: { zh: '被居民退回', en: 'Sent back by residents' },
  rejected: { zh: '未过校核', en: 'Stopped by the check' },
  insisted: { zh: '坚持发出', en: 'Insisted on' },
  ledgerOpened: { zh: '差评台账', en: 'Ledger entries' },
  ledgerOverdue: { zh: '台账逾期', en: 'Entries overdue' },
  callBacksOverdue: { zh: '回访逾期', en: 'Call backs overdue' },

  byDays: {
    zh: '九成件用了几个工作日（竖线为承诺）',
    en: 'Working days for nine of ten (the line is the promise)',
  },
  daysOf: { zh: '中位数 {median}，九成 {ninetieth}', en: 'median {median}, nine of ten {ninetieth}' },
  byDepartment: { zh: '按承诺办结的比例', en: 'Closed within the promise' },
  byLevel: { zh: '评价', en: 'Ratings' },
  byStation: {
    zh: '断网件的比例（收下 {minutes} 分钟后才到平台）',
    en: 'Cases that came over {minutes} minutes late',
  },

  all: { zh: '合计', en: 'All' },
  department: { zh: '部门', en: 'Department' },
  item: { zh: '事项', en: 'Item' },
  station: { zh: '站点', en: 'Station' },
  terminal: { zh: '终端', en: 'Terminal' },
  byGroup: { zh: '按{group}', en: 'By {group}' },
  few: { zh: '少', en: 'few' },
  fewMeans: {
    zh: '“少”：不足 {fewest} 件，不算比例、平均和中位数，也不比较。',
    en: '“few”: fewer than {fewest}; no share, mean or median is made of them, and they are not compared.',
  },
  firstOf: {
    zh: '只列收件最多的 {shown} 个，共 {all} 个；表格里有全部。',
    en: 'The {shown} with the most cases of {all}; the table has all.',
  },
  why: { zh: '常见的原因', en: 'The commonest reasons' },
  mostCorrected: { zh: '补正最多的', en: 'Corrected most' },
  mostRefused: { zh: '不予受理的理由', en: 'Why not accepted' },
  mostBlamed: { zh: '差评的理由', en: 'Why rated badly' },
  times: { zh: '{what}（{n} 次）', en: '{what} ({n})' },
  others: { zh: '其他 {n} 件，理由各不相同', en: '{n} others, each in its own words' },
  howCounted: { zh: '怎么算的', en: 'How it is counted' },
  counted: {
    zh: '收件、受理、办结、不予受理、补正、评价和答复，都按发生在时段里的算；办结天数从受理算起（咨询、投诉、建议从收件算起），扣除补正和挂起的工作日。现在逾期的，不论何时收件。没有办理人员的数字，也没有居民的。',
    en: 'Everything counts by the day on which it happened. Days to the end run from acceptance (questions, complaints and suggestions: from receipt) without those of corrections and suspensions. Overdue now: whenever it came. There is no figure of any officer and none of any resident.',
  },
} as const satisfies Record<string, LocalizedText>;

export const levelTexts: readonly LocalizedText[] = [
  { zh: '非常满意', en: 'Very satisfied' },
  { zh: '满意', en: 'Satisfied' },
  { zh: '基本满意', en: 'Fairly satisfied' },
  { zh: '不满意', en: 'Dissatisfied' },
  { zh: '非常不满意', en: 'Very dissatisfied' },
];

/** The national list (rating-scale.ts), in the words of a report. */
export const reasonTexts: Readonly<Record<RatingReason, LocalizedText>> = {
  207: { zh: '没有材料样本', en: 'No samples of papers' },
  208: { zh: '没有材料清单', en: 'No list of papers' },
  209: { zh: '超过承诺时间', en: 'Beyond the promised time' },
  210: { zh: '重复交证明', en: 'The same proof several times' },
  211: { zh: '说能网办却不能', en: 'Not possible online as promised' },
  212: { zh: '预约了还要排队', en: 'Booked, and had to queue' },
  213: { zh: '业务不熟练', en: 'Staff unsure of the work' },
  214: { zh: '态度生硬', en: 'Stiff manner' },
  108: { zh: '指南外加条件', en: 'Conditions not in the guide' },
  109: { zh: '指南外要材料', en: 'Papers not in the guide' },
  110: { zh: '无故超过法定时间', en: 'Beyond the legal time' },
  111: { zh: '样本有错', en: 'A wrong sample' },
  112: { zh: '说能在线交却不能', en: 'Papers not taken online' },
  113: { zh: '跑多个窗口部门', en: 'Many windows and offices' },
  114: { zh: '跑的次数多', en: 'More visits than promised' },
  115: { zh: '态度差、效率低', en: 'Bad manner and slow' },
};
