import type { ProvisioningProblem } from '#contract/provisioning.ts';

/** Panels have square pixels; a card is held and two edges are moved by hand to about a millimetre of 54. */
const MOST_UNSQUARE = 1.06;

/** `ratio`: how much wider than high one pixel is by the measurement. Null: it can be. */
export function screenProblem(ratio: number): ProvisioningProblem | null {
  return Math.max(ratio, 1 / ratio) > MOST_UNSQUARE ? 'screen.not-plausible' : null;
}
