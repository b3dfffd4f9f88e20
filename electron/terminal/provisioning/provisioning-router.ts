import { implement } from '@orpc/server';
import { provisioningContract } from '#contract/provisioning-api.ts';
import { watch } from '../changes.ts';
import type { Provisioning } from './provisioning.ts';

/** All that the screen of a first start reaches. */
export interface ProvisioningContext {
  readonly provisioning: Provisioning;
}

const api = implement(provisioningContract).$context<ProvisioningContext>();

export const provisioningRouter = api.router({
  provisioning: {
    watch: api.provisioning.watch.handler(({ context: { provisioning }, signal }) =>
      watch(provisioning.changes, provisioning.snapshot, signal),
    ),
    do: api.provisioning.do.handler(({ context: { provisioning }, input }) => provisioning.do(input)),
  },
});
