import type { Attention } from '#contract/devices.ts';

/** What the resident is told when a device needs a person; it may be said before anything is submitted. */
export const attentionZh: Record<Attention, string> = {
  'paper-out': '打印机没有纸了。您可以接着办；要小票，请找工作人员。',
  'paper-near-end': '打印纸快用完了，您可以接着办。',
  'cover-open': '打印机的盖子没有合上。您可以接着办；要小票，请找工作人员。',
  cutter: '打印机的切纸刀卡住了。您可以接着办；要小票，请找工作人员。',
  hardware: '打印机坏了。您可以接着办；要小票，请找工作人员。',
  offline: '打印机现在不能打印。您可以接着办；要小票，请找工作人员。',
  'card-left': '请取回您的身份证',
};
