import type { Attention } from '#contract/devices.ts';

/** The English of attention.zh.ts. */
export const attentionEn: Record<Attention, string> = {
  'paper-out': 'The printer has no paper. You can go on. If you want a slip, please ask staff.',
  'paper-near-end': 'The printer is low on paper. You can go on.',
  'cover-open': 'The printer cover is open. You can go on. If you want a slip, please ask staff.',
  cutter: 'The paper cutter is stuck. You can go on. If you want a slip, please ask staff.',
  hardware: 'The printer is broken. You can go on. If you want a slip, please ask staff.',
  offline: 'The printer cannot print now. You can go on. If you want a slip, please ask staff.',
  'card-left': 'Please take your ID card back.',
};
