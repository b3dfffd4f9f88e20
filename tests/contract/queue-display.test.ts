import type { QueueDisplaySettings } from '#contract/queue-display.ts';
import { armflyAscii, armflyNumber } from '#drivers/modbus-display/settings.ts';
import { armflyText, chineseBoard } from '#drivers/template-display/examples.ts';
import { describeDisplayContract, displayHardware, displayHarnesses } from './queue-display.ts';

const displays: Readonly<Record<string, QueueDisplaySettings>> = {
  Onbon: {
    protocol: 'onbon',
    screen: 3,
    profile: 'bx-5k-yy',
    widthPx: 64,
    heightPx: 16,
    panel: 'red-green',
    answersCarryScreen: true,
    volume: 5,
    speechSpeed: 5,
    speechRepeats: 0,
  },
  'Modbus, digits': { protocol: 'modbus', ...armflyNumber },
  'Modbus, letters': { protocol: 'modbus', ...armflyAscii },
  CD5220: { protocol: 'line', dialect: 'cd5220' },
  'by a template, with an answer': { protocol: 'template', ...chineseBoard },
  'by a template, without an answer': { protocol: 'template', ...armflyText },
};

for (const [kind, settings] of Object.entries(displays)) {
  for (const harness of displayHarnesses(settings)) describeDisplayContract(kind, harness, settings);
}
for (const { harness, settings } of displayHardware()) {
  describeDisplayContract(settings.protocol, harness, settings);
}
