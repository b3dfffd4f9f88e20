import { queueSettingsSchema, type QueueSettings } from '#contract/queue/settings.ts';

/** Four windows, three lines, numbers at any hour: a demo is shown in the evening too. */
export const demoQueue: QueueSettings = queueSettingsSchema.parse({
  lines: [
    {
      letter: 'A',
      name: { zh: '综合事务', en: 'General matters' },
      items: [
        'residence-permit',
        'fertility-registration',
        'marriage-appointment',
        'newborn-one-thing',
        'unemployment-registration',
        'consultation',
        'complaint',
        'suggestion',
      ],
    },
    {
      letter: 'B',
      name: { zh: '社保医保', en: 'Social and medical insurance' },
      items: ['insurance-record-print', 'resident-medical-insurance'],
    },
    {
      letter: 'C',
      name: { zh: '民政救助', en: 'Civil affairs and assistance' },
      items: [
        'elderly-allowance',
        'senior-card',
        'disability-two-subsidies',
        'minimum-living-allowance',
        'temporary-assistance',
      ],
    },
  ],
  windows: [
    { window: '1', lines: ['A', 'B', 'C'] },
    { window: '2', lines: ['A'] },
    { window: '3', lines: ['B'] },
    { window: '4', lines: ['C', 'A'] },
  ],
  board: {
    widthMm: 1210,
    heightMm: 680,
    notices: [
      {
        zh: '过号请到导办台，不用重新取号。',
        en: 'Missed your call? Ask at the guide desk; keep your number.',
      },
      {
        zh: '70 岁以上老人、残疾人、孕妇、重病患者优先。',
        en: 'People over 70, disabled, pregnant or seriously ill go first.',
      },
    ],
  },
  // Nobody waits twenty seconds at a demonstration.
  recallEverySeconds: 5,
  blocks: [{ terminal: '01', from: 900, to: 999 }],
});
