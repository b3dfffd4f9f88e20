import type { DisplayTemplate } from '#contract/queue-display.ts';
import { fromHex } from '../codec/bytes.ts';

export function answerBytes(template: DisplayTemplate): Uint8Array | null {
  return template.answerHex === null ? null : fromHex(template.answerHex);
}
