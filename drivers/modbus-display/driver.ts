import type { ModbusDisplaySettings } from '#contract/queue-display.ts';
import { WindowDisplay, type WindowDisplayOptions } from '../runtime/window-display.ts';
import { ModbusDisplaySession } from './session.ts';

/** One numeric window that speaks Modbus RTU, alone on its line. */
export function modbusDisplay(options: WindowDisplayOptions, settings: ModbusDisplaySettings): WindowDisplay {
  return new WindowDisplay(options, (write, clock) => new ModbusDisplaySession(write, clock, settings));
}
