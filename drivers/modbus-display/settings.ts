import type { ModbusDisplaySettings } from '#contract/queue-display.ts';

/** armfly LED-485 and its clones, as they leave the factory: unit 1, 9600 baud. */
export const armflyNumber: ModbusDisplaySettings = {
  unit: 1,
  digits: 4,
  shows: { type: 'number', register: 0x0000 },
};
export const armflyAscii: ModbusDisplaySettings = {
  unit: 1,
  digits: 4,
  shows: { type: 'ascii', register: 0x0070 },
};
