/**
 * A sequence gives out numbers in another order than transactions commit, so a reader could see case 8,
 * go on after it, and never see case 7. Writers therefore hold this lock shared until their commit (they
 * do not wait for each other), and a reader takes it alone for an instant: then no writer is in between,
 * and every number that is out has been committed or given up.
 */
const LOCK_KEY = 7_020_002;

/** synchronous_commit is said here as well: a district's own server may be set otherwise. */
export const WRITERS_BEGIN = `BEGIN; SET LOCAL synchronous_commit TO on; SELECT pg_advisory_xact_lock_shared(${String(LOCK_KEY)})`;

/** The same as a term of a statement that is a transaction by itself: what takes a number takes it from here. */
export const WRITER_TERM = `writer AS MATERIALIZED (
  SELECT set_config('synchronous_commit', 'on', true), pg_advisory_xact_lock_shared(${String(LOCK_KEY)}))`;

export const READERS_BEGIN = `BEGIN; SET LOCAL lock_timeout TO '5s'; SELECT pg_advisory_xact_lock(${String(LOCK_KEY)})`;
