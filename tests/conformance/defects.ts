/** One line of the platform that is wrong. */
export interface Defect {
  /** The rule that must say so. */
  readonly rule: string;
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
}
export const defects: readonly Defect[] = [];
