import { z } from 'zod';

const registerSchema = z.number().int().min(0).max(0xffff);

/** Clones agree on the functions and not on the registers, so the registers are data. */
export const modbusDisplaySettingsSchema = z.object({
  unit: z.number().int().min(1).max(247),
  digits: z.number().int().min(1).max(16),
  shows: z.discriminatedUnion('type', [
    /** Digits only: one signed register holds the number. */
    z.object({ type: z.literal('number'), register: registerSchema }),
    /** Letters too: ASCII from this register on. */
    z.object({ type: z.literal('ascii'), register: registerSchema }),
  ]),
});
export type ModbusDisplaySettings = z.infer<typeof modbusDisplaySettingsSchema>;

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
