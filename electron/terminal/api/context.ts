import { implement } from '@orpc/server';
import { terminalContract } from '#contract/terminal-api.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Station } from '../health/station.ts';
import type { Visits } from '../visits/visits-types.ts';

/** What the verbs work with, and who calls: decided once a connection, when it is admitted. */
export interface ApiContext {
  readonly role: 'kiosk';
  readonly station: Station;
  readonly catalogue: Catalogue;
  readonly visits: Visits;
}

export const api = implement(terminalContract).$context<ApiContext>();
