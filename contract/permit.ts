import { z } from 'zod';
import { staffRoleSchema, type StaffRole } from './access.ts';

/**
 * A code (限时授权码) that the platform gives to somebody for one terminal, one role and some hours, and that works there without any
 * line: sixteen digits, in which stand when it begins, how long it is good, the role and a serial (24 bits), and 29 bits of an HMAC
 * over them by a secret that platform and terminal share. Why so few: docs/decisions/0048.
 */
export interface Permit {
  /** Hours since 1970 at which it begins. */
  readonly startHour: number;
  readonly hours: PermitHours;
  readonly role: StaffRole;
  /** 0 to 1023; of one terminal no two that are good at the same time have the same. */
  readonly serial: number;
}

export const permitHours = [1, 2, 4, 8, 12, 24, 48, 72] as const;
export type PermitHours = (typeof permitHours)[number];
export const permitHoursSchema = z.coerce.number().pipe(z.literal(permitHours));

/** In the order of their bits; never changed. */
const ROLES: readonly StaffRole[] = ['staff', 'technician', 'auditor'];

export const SERIALS = 1024;
/** The start is told by its rest: three weeks, so that a clock that is a week and a half wrong still knows which is meant. */
const START_REST = 512;
const MAC_VALUES = 2 ** 29;
export const PERMIT_DIGITS = 16;
const HOUR_MS = 3_600_000;

/** A terminal's clock may be this far off, either way, in milliseconds. */
export const PERMIT_SLACK_MS = 30 * 60_000;

/** Times three weeks, three and a half years: in which a code is looked for whose time is not now, so that a clock that is wrong is called that. */
const OTHER_TIMES = 60;

/** HMAC-SHA-256 by the common secret; at least its first four bytes. */
export type PermitMac = (text: string) => Uint8Array;

export const permitSecretSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** What a terminal tells and is told when it can reach the platform. */
export const permitKeySchema = z.strictObject({ secret: permitSecretSchema });
export const permitsRevokedSchema = z.object({
  /** Those that could still be used. */
  revoked: z
    .array(
      z.object({
        startHour: z.int().min(0),
        serial: z
          .int()
          .min(0)
          .max(SERIALS - 1),
      }),
    )
    .max(2000),
});
export type PermitsRevoked = z.infer<typeof permitsRevokedSchema>;

export const permitSchema = z.object({
  startHour: z.int().min(0),
  hours: permitHoursSchema,
  role: staffRoleSchema,
  serial: z
    .int()
    .min(0)
    .max(SERIALS - 1),
});

export function permitBegins({ startHour }: Permit): number {
  return startHour * HOUR_MS;
}

export function permitEnds({ startHour, hours }: Permit): number {
  return (startHour + hours) * HOUR_MS;
}

function macOf(terminalId: string, permit: Permit, mac: PermitMac): number {
  const { startHour, hours, role, serial } = permit;
  const bytes = mac(['yizhan permit', terminalId, startHour, hours, role, serial].join('\n'));
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0) >>> 3;
}

/** `1234 5678 9012 3456`. */
export function makePermitCode(terminalId: string, permit: Permit, mac: PermitMac): string {
  const start = permit.startHour % START_REST;
  const kind = permitHours.indexOf(permit.hours) * 4 + ROLES.indexOf(permit.role);
  const head = (start * 32 + kind) * SERIALS + permit.serial;
  // 24 and 29 bits: exact in a number.
  const value = head * MAC_VALUES + macOf(terminalId, permit, mac);
  return String(value)
    .padStart(PERMIT_DIGITS, '0')
    .replace(/(\d{4})(?=\d)/g, '$1 ');
}

export type ReadPermit =
  | { readonly kind: 'good'; readonly permit: Permit }
  /** Not of this terminal, or a slip of the finger. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'early' | 'over'; readonly permit: Permit }
  /** It is one of this terminal, of a time that is weeks from what the clock here says. */
  | { readonly kind: 'clock'; readonly permit: Permit };

/** What somebody typed, with or without blanks, at this time of the terminal's clock. */
export function readPermitCode(typed: string, terminalId: string, nowMs: number, mac: PermitMac): ReadPermit {
  const digits = typed.replace(/[\s-]/g, '');
  if (!/^\d{16}$/.test(digits)) return { kind: 'wrong' };
  const value = Number(digits);
  const given = value % MAC_VALUES;
  const head = (value - given) / MAC_VALUES;
  const serial = head % SERIALS;
  const kind = Math.floor(head / SERIALS) % 32;
  const rest = Math.floor(head / SERIALS / 32);
  const hours = permitHours[kind >> 2];
  const role = ROLES[kind & 3];
  if (rest >= START_REST || hours === undefined || role === undefined) return { kind: 'wrong' };
  const near = nearest(rest, Math.floor(nowMs / HOUR_MS));
  const isOf = (startHour: number): boolean =>
    startHour >= 0 && macOf(terminalId, { startHour, hours, role, serial }, mac) === given;
  if (!isOf(near)) {
    for (let away = 1; away <= OTHER_TIMES; away += 1)
      for (const startHour of [near - away * START_REST, near + away * START_REST])
        if (isOf(startHour)) return { kind: 'clock', permit: { startHour, hours, role, serial } };
    return { kind: 'wrong' };
  }
  const permit = { startHour: near, hours, role, serial };
  if (nowMs < permitBegins(permit) - PERMIT_SLACK_MS) return { kind: 'early', permit };
  return { kind: nowMs < permitEnds(permit) + PERMIT_SLACK_MS ? 'good' : 'over', permit };
}

/** The hour with this rest that is nearest to now. */
function nearest(rest: number, nowHour: number): number {
  const ahead = (((rest - nowHour) % START_REST) + START_REST) % START_REST;
  return nowHour + (ahead > START_REST / 2 ? ahead - START_REST : ahead);
}
