/** A page of this panel, in millimetres. */
export interface SizeMm {
  readonly widthMm: number;
  readonly heightMm: number;
}

export interface PointMm {
  readonly xMm: number;
  readonly yMm: number;
}

/** An ID card, a bank card: ISO/IEC 7810, ID-1. In millimetres. */
export const id1Card = { widthMm: 85.6, heightMm: 53.98 } as const;

/** A touch panel is good for its buttons (20 mm) while a finger is found within this, in millimetres. */
export const touchBounds = { good: 4, usable: 8 } as const;

/** So far from the edges, in millimetres: there panels are at their worst, and a finger still finds the cross. */
const INSET_MM = 30;

/** Where the four crosses stand on a page of this size, in reading order. */
export function crossesOn({ widthMm, heightMm }: SizeMm): readonly PointMm[] {
  const [left, right] = [INSET_MM, widthMm - INSET_MM];
  const [top, bottom] = [INSET_MM, heightMm - INSET_MM];
  return [
    { xMm: left, yMm: top },
    { xMm: right, yMm: top },
    { xMm: left, yMm: bottom },
    { xMm: right, yMm: bottom },
  ];
}

/** How far from the cross the panel took the finger to be, in millimetres, to a tenth. */
export function errorMm(cross: PointMm, touch: PointMm): number {
  return Math.round(Math.hypot(touch.xMm - cross.xMm, touch.yMm - cross.yMm) * 10) / 10;
}

/**
 * What the panel measures, when a drawn card of `shownWidthMm` by the size that is configured is as wide as a real one: both
 * directions, since a panel's points are square. To a tenth of a millimetre.
 */
export function measuredBy(shownWidthMm: number, configured: SizeMm): SizeMm {
  const factor = id1Card.widthMm / shownWidthMm;
  const tenth = (mm: number): number => Math.round(mm * factor * 10) / 10;
  return { widthMm: tenth(configured.widthMm), heightMm: tenth(configured.heightMm) };
}
