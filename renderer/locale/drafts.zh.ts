/** An item that cannot be submitted without the line, filled in and kept for a day. */
export const draftsZh = {
  guide: '没有网络时可以先填好，本机存一天的草稿；联网后再来提交。',
  notNow:
    '这件事要连上上级平台才能提交，现在连不上。您可以先填好，本机帮您存一天；网络好了再带身份证来接着办。',
  start: '先填好，存草稿',
  review: {
    alert: '现在连不上上级平台，还不能提交。可以先存草稿：没有提交，也没有收件编号。',
    later: '签名和拍材料，等回来提交时再做。',
    keep: '存草稿',
  },
  kept: {
    title: '草稿存好了，还没有提交',
    lead: '您的申请没有交上去。请在下面的时间以前回来接着办：',
    until: '{day} {time} 以前',
    how: '带上身份证，回到这台机器，再点这件事、放上身份证，就能接着办。',
    then: '过了时间，填的内容会自动删除，要重新填。',
    call: '来之前可以打电话问网络好了没有：',
    privacy: '草稿加了密，只有放上您本人的身份证才能打开。',
    goodbye: '请记得按时带身份证回来接着办。请带好身份证和小票。您填写的内容已从本机屏幕清除。',
    slip: '小票',
    finish: '知道了',
  },
  resume: {
    title: '您上次填的草稿还在',
    lead: '{day} {time} 存的，还没有提交。',
    ready: '现在可以提交了。接着办时，请再看一遍，补上签名和材料。',
    notYet: '现在还是连不上上级平台，可以接着改，再存一次。',
    until: '草稿存到 {day} {time}。',
    take: '接着办',
    drop: '不要了，重新填',
    dropHow: '删除以后，不能找回。',
    dropAsk: '上次填的真的都不要了吗？',
    dropYes: '不要了，删除',
    dropNo: '留着',
  },
} as const;
