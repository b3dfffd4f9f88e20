import { createChanges } from '../../changes.ts';
import type { Visits } from '../visits-types.ts';
import type { ProgressVisit } from './progress-visit.ts';

/**
 * Whoever stands at the terminal either applies or asks how a case goes: to the screen it is one visit, with one end,
 * one way back and one count of its changes.
 */
export function withProgress(visits: Visits, progress: ProgressVisit): Visits {
  const changes = createChanges();
  let revision = 0;
  for (const each of [visits, progress]) {
    each.changes.subscribe(() => {
      revision += 1;
      changes.notify();
    });
  }
  const asks = (): boolean => progress.snapshot() !== null;
  return {
    ...visits,
    changes,
    snapshot: () => {
      const present = progress.snapshot() ?? visits.snapshot();
      return present && { ...present, revision };
    },
    forWindow: () => (asks() ? null : visits.forWindow()),
    poke: () => {
      visits.poke();
      progress.poke();
    },
    begin: (input) => {
      progress.end('left');
      return visits.begin(input);
    },
    setLanguage: (language) => (asks() ? progress.setLanguage(language) : visits.setLanguage(language)),
    back: () => (asks() ? progress.back() : visits.back()),
    touch: () => {
      progress.touch();
      return visits.touch();
    },
    end: (reason) => {
      const ended = progress.end(reason);
      return ended.ok ? visits.end(reason) : ended;
    },
  };
}
