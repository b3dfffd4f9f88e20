/** Days and times of the machine, which stands in the station's time zone. */

const two = (value: number): string => String(value).padStart(2, '0');

/** `08:05` of an instant. */
export function timeOfInstant(iso: string): string {
  const at = new Date(iso);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `2026-11-21` of an instant. */
export function dayOfInstant(iso: string): string {
  const at = new Date(iso);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
