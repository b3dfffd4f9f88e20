/** Plays some histories of cases and prints what they came to: run in several zones, it must say the same. */
import { playCaseHistories } from './case-histories.ts';

console.log(playCaseHistories(60, 7).digest);
