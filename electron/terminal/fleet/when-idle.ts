import type { Changes } from '../changes.ts';

/** Whether somebody stands there. */
export interface OpenVisits {
  readonly changes: Changes;
  isOpen(): boolean;
}

/** Once nobody stands there, which may be at once. Gives what takes it back. */
export function whenIdle(visits: OpenVisits, then: () => void): () => void {
  let isDone = false;
  let stop: () => void = () => undefined;
  const look = (): void => {
    if (isDone || visits.isOpen()) return;
    isDone = true;
    stop();
    then();
  };
  look();
  if (!isDone) stop = visits.changes.subscribe(look);
  return () => {
    isDone = true;
    stop();
  };
}
