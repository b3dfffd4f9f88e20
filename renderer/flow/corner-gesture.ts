/** All measures of the gesture: for a hand that knows it, and for nobody's by chance. */
export const cornerGesture = {
  /** Side of each of the two corners at the bottom of the panel. */
  cornerMm: 25,
  /** Left, right, left, right, left. */
  touches: 5,
  withinMs: 4_000,
} as const;

export interface CornerTouch {
  readonly xMm: number;
  readonly fromBottomMm: number;
}

/** Five touches in turn in the two lower corners, the left one first, within four seconds. */
export interface CornerGesture {
  /** True: this touch was the last of it. A touch anywhere else begins anew. `widthMm`: of the page, `atMs`: by a clock that never goes back. */
  touched(touch: CornerTouch, widthMm: number, atMs: number): boolean;
}

export function createCornerGesture(): CornerGesture {
  let times: number[] = [];

  return {
    touched: (touch, widthMm, atMs) => {
      const corner = cornerOf(touch, widthMm);
      const expected = times.length % 2 === 0 ? 'left' : 'right';
      if (corner === expected) times.push(atMs);
      else times = corner === 'left' ? [atMs] : [];
      // Who was too slow at the beginning goes on from where he was not.
      while (times.length > 0 && atMs - (times[0] ?? atMs) > cornerGesture.withinMs) times.splice(0, 2);
      if (times.length < cornerGesture.touches) return false;
      times = [];
      return true;
    },
  };
}

function cornerOf({ xMm, fromBottomMm }: CornerTouch, widthMm: number): 'left' | 'right' | null {
  if (fromBottomMm > cornerGesture.cornerMm) return null;
  if (xMm <= cornerGesture.cornerMm) return 'left';
  return xMm >= widthMm - cornerGesture.cornerMm ? 'right' : null;
}
