import { z } from 'zod';

/** Weights of GB 11643-1999, positions 1 to 17. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';

/** The check character of GB 11643-1999 (ISO 7064 MOD 11-2) over the first 17 digits. */
export function citizenNumberCheck(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(first17[index]), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}

export type CitizenNumberProblem = 'length' | 'characters' | 'birthday' | 'check';

/**
 * Checks a citizen number by GB 11643-1999: 17 digits and a check character, a birthday that exists, an
 * age of 0 to 130 on `today` (YYYYMMDD). The region is not checked: counties merge and old codes live on.
 */
export function citizenNumberProblem(value: string, today: string): CitizenNumberProblem | null {
  if (value.length !== 18) return 'length';
  if (!/^\d{17}[\dX]$/.test(value)) return 'characters';
  const birthday = value.slice(6, 14);
  if (!isCalendarDate(birthday) || birthday > today || ageOn(birthday, today) > 130) return 'birthday';
  return citizenNumberCheck(value) === value[17] ? null : 'check';
}

/** Whether YYYYMMDD is a day of the Gregorian calendar. */
export function isCalendarDate(yyyymmdd: string): boolean {
  if (!/^\d{8}$/.test(yyyymmdd)) return false;
  const year = Number(yyyymmdd.slice(0, 4));
  const month = Number(yyyymmdd.slice(4, 6));
  const day = Number(yyyymmdd.slice(6, 8));
  if (year < 1800 || month < 1 || month > 12 || day < 1) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Full years (周岁) from a birthday to a day, both YYYYMMDD. */
export function ageOn(birthday: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthday.slice(0, 4));
  return today.slice(4) >= birthday.slice(4) ? years : years - 1;
}

export function birthdayOfCitizenNumber(value: string): string {
  return value.slice(6, 14);
}

/** GB/T 2261.1: the serial's last digit is odd for men and even for women. */
export function sexOfCitizenNumber(value: string): '1' | '2' {
  return Number(value[16]) % 2 === 1 ? '1' : '2';
}

const yyyymmddSchema = z.string().regex(/^\d{8}$/);

/**
 * What a card said, in one type for all layouts (GA/T 490-2019; docs/devices/id-card-reader.md).
 * Personal data: lives in a visit and in sealed rows, nowhere else.
 */
export const identityDocumentSchema = z.object({
  kind: z.enum(['resident', 'hmt-permit', 'foreign-permanent-2017', 'foreign-permanent-2023']),
  /** GA/T 2000.156: 111 resident card, 554 HK/Macao/Taiwan permit, 553 foreign permanent resident. */
  idType: z.enum(['111', '554', '553']),
  name: z.string().min(1).max(120),
  nameEnglish: z.string().max(120).optional(),
  /** GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated. */
  sex: z.enum(['0', '1', '2', '9']),
  /** GB/T 3304 two-digit code; blank on permits. */
  nation: z.string().max(2).optional(),
  birthday: yyyymmddSchema,
  address: z.string().max(70).optional(),
  number: z.string().min(8).max(18),
  issuer: z.string().max(30).optional(),
  validFrom: yyyymmddSchema.optional(),
  /** YYYYMMDD, or `long-term` for 长期. */
  validTo: z.union([yyyymmddSchema, z.literal('long-term')]).optional(),
});
export type IdentityDocument = z.infer<typeof identityDocumentSchema>;
