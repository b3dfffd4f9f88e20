import { expect, test } from 'vitest';
import { zoneAtMidday } from './zone-at-midday.ts';

test('it is midday there at every hour of a day', () => {
  for (let quarter = 0; quarter < 96; quarter += 1) {
    const nowMs = Date.UTC(2026, 10, 22, 0, quarter * 15);
    const hour = new Intl.DateTimeFormat('en', {
      timeZone: zoneAtMidday(nowMs),
      hour: 'numeric',
      hourCycle: 'h23',
    });
    expect(hour.format(nowMs)).toBe('12');
  }
});
