import type { QueueDisplaySettings } from '#contract/queue-display.ts';
import { lineDialect } from './line-display/dialect.ts';
import { modbusDialect } from './modbus-display/dialect.ts';
import { onbonDialect } from './onbon-display/dialect.ts';
import type { DisplayDialect } from './runtime/display-dialect.ts';
import { templateDialect } from './template-display/dialect.ts';

/** How a display is spoken to, by its settings. */
export function dialectOf(settings: QueueDisplaySettings): DisplayDialect {
  switch (settings.protocol) {
    case 'onbon':
      return onbonDialect(settings);
    case 'modbus':
      return modbusDialect(settings);
    case 'line':
      return lineDialect(settings.dialect);
    case 'template':
      return templateDialect(settings);
    default: {
      const never: never = settings;
      return never;
    }
  }
}
