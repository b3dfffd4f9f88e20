import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LanSettings } from '#config/schema.ts';

/**
 * Until when the district's certificate of the door is good, ISO 8601; null: there is none, or it does not read, which the door tells. The
 * terminal's own renews itself.
 */
export function districtCertificateUntil(lan: LanSettings | null): string | null {
  const file = lan?.certificate?.certFile;
  if (file === undefined) return null;
  try {
    return new Date(new X509Certificate(readFileSync(file)).validTo).toISOString();
  } catch {
    return null;
  }
}
