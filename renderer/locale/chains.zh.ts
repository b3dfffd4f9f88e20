/** Several things behind one form. */
export const chainsZh = {
  title: '一件事，一次办',
  count: '{n} 项可以一起办，一张表填完',
  lead: '一张表填完，几件事一起办。每一项分别受理、分别计时，一项没办成不影响其他的。',
  steps: '包括这些事',
  kind: { self: '您来申请', auto: '系统接着办，不用您申请', opt: '可以选，也可以不选' },
  notHere: '这一项请到窗口办理',
  days: '承诺 {n} 个工作日',
  instant: '当场办好',
  after: '等“{names}”办完后开始',
  papers: '一共要带什么',
  start: '选要办的',
  choose: {
    title: '今天要办哪几项？',
    lead: '点一下选上，再点一下取消。',
    on: '办',
    off: '不办',
    none: '还没有选。请至少选一项。',
    start: '开始办理',
  },
  received: {
    title: '本站已收到您的 {n} 项申请',
    meaning: '每一项分别受理、分别计时。收到不等于批准，以各部门的通知为准。',
    started: '接下来由系统办，不用您再申请',
  },
} as const;
