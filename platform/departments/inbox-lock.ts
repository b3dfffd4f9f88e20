/**
 * As with the list of cases (cases/cursor-lock.ts): a sequence gives out numbers in another order than transactions commit. Who writes an
 * entry holds this lock shared from there to the end of its commit (migration 0013); who reads, or changes who decides an item, takes it
 * alone for an instant. A lock of its own: a submission holds the other one from its beginning, while it may wait for a row.
 */
const LOCK_KEY = 7_020_003;

export const ALONE_BEGIN = `BEGIN; SET LOCAL lock_timeout TO '5s'; SELECT pg_advisory_xact_lock(${String(LOCK_KEY)})`;
