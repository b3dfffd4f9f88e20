/** What one family of cards counts and can do; what a manual leaves open is here and not in code. */
export interface OnbonProfile {
  readonly id: string;
  readonly label: string;
  /** The BX-5K counts x and width in bytes of 8 px, the BX-6K in pixels. */
  readonly widthUnitPx: 1 | 8;
  /** Models with YY in their names have a voice. */
  readonly speaks: boolean;
}

export const onbonProfiles: readonly OnbonProfile[] = [
  { id: 'bx-5k', label: 'Onbon BX-5K1, 5K2, 5MK', widthUnitPx: 8, speaks: false },
  { id: 'bx-5k-yy', label: 'Onbon BX-5K1Q-YY', widthUnitPx: 8, speaks: true },
  { id: 'bx-6k', label: 'Onbon BX-6K1, 6K2, 6K3', widthUnitPx: 1, speaks: false },
  { id: 'bx-6k-yy', label: 'Onbon BX-6K1-YY, 6K2-YY, 6K3-YY', widthUnitPx: 1, speaks: true },
];

/** null for a name that is not in the list. */
export function onbonProfile(id: string): OnbonProfile | null {
  return onbonProfiles.find((profile) => profile.id === id) ?? null;
}
