/**
 * One line of the technician's log. Only what is named here can be logged: there is no field into which a
 * person's value fits.
 */
export interface LogLine {
  /** `debug` is told only while a technician asks for it. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `outbox.sent`, `device.state`: a dotted name that a search finds. */
  readonly event: string;
  readonly code?: string;
  readonly device?: string;
  readonly applicationId?: string;
  readonly detail?: string;
}

export type Log = (line: LogLine) => void;

/** Runs of six or more digits are cut to their last three: an ID number that slipped into a detail. */
export function redact(text: string): string {
  return text.replace(/\d{6,}[\dXx]?/g, (digits) => `***${digits.slice(-3)}`);
}
