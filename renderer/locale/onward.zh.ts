/** The visit that goes on, and what falls out of a chain. */
export const onwardZh = {
  for: '接着办理，申请人：',
  another: '再办一件事',
  said: '您刚才填过',
  lost: {
    title: '有一项不能一起办',
    lead: '根据您的情况，下面这项还不符合条件。其他的照常办理。',
    goOn: '知道了，继续办其他的',
  },
} as const;
