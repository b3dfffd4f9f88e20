import { wireMs } from '#drivers/channel/uart-wire.ts';
import { openFourDisplays } from '#drivers/onbon-display/four-on-a-line.ts';
import type { BenchGroup } from '../group.ts';
import { spreadOf } from '../statistics.ts';

const BAUD_RATE = 9_600;
const WARM_UPS = 2;
const CALLS = 15;
const LIMIT_MS = 1_000;

export const group: BenchGroup = {
  about: `a call on four Onbon displays of one RS-485 line at ${BAUD_RATE} baud: the driver of the line, and a simulated bus by the clock`,
  measure: async ({ clock, say }) => {
    const four = await openFourDisplays(clock, BAUD_RATE);
    try {
      const samples: number[] = [];
      let wireBytes = 0;
      for (let call = -WARM_UPS; call < CALLS; call += 1) {
        const bytesBefore = four.wireBytes;
        const tookMs = await four.call(`A${100 + WARM_UPS + call}`);
        wireBytes = four.wireBytes - bytesBefore;
        say(`four displays after ${tookMs.toFixed(1)} ms`);
        if (call >= 0) samples.push(tookMs);
      }
      const spread = spreadOf(samples);
      const limit = { name: 'limit', value: LIMIT_MS };
      const wire = { name: `wire time of ${wireBytes} bytes both ways`, value: wireMs(wireBytes, BAUD_RATE) };
      const goal = { is: 'at most', ratio: 1 } as const;
      const name = 'four displays on one line show a call';
      return [
        { name: `${name}, median`, unit: 'ms', ours: spread.median, spread, beside: limit, goal },
        { name: `${name}, worst`, unit: 'ms', ours: spread.highest, spread, beside: limit, goal },
        { name: `${name}, median`, unit: 'ms', ours: spread.median, spread, beside: wire, goal: null },
      ];
    } finally {
      await four.close();
    }
  },
};
