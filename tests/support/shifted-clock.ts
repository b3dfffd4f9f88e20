/**
 * Preloaded (`node --import`) into a process whose machine has a wrong clock: the wall clock is off by the milliseconds that stand in
 * the file which YIZHAN_TEST_CLOCK names. Whoever sets the clock writes 0 into it.
 */
import { readFileSync } from 'node:fs';

const file = process.env['YIZHAN_TEST_CLOCK'];
if (file !== undefined) {
  const real = Date.now.bind(Date);
  Date.now = () => real() + Number(readFileSync(file, 'utf8'));
}
