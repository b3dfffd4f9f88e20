import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import { FIRST_REVISION, type CheckedApplication, type Intake } from '../intake/intake.ts';
import type { Store } from '../store/store.ts';
import { travelOf } from './travel.ts';

interface ToldIntakePorts {
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly store: Store;
  readonly build: (store: Store) => Intake;
}

/** The intake, with the beginning of each application's travel: how long the resident waited, and how long of it for the disk. */
export function toldIntake({ telemetry, clock, store, build }: ToldIntakePorts): Intake {
  /** Of the commit that the answers which come next stood in; null: they needed none. */
  let commit: { readonly beganMs: number; readonly endedMs: number } | null = null;
  const intake = build({
    ...store,
    transactions: (works) => {
      const beganMs = clock.now();
      const fromMs = clock.monotonicMs();
      const outcomes = store.transactions(works);
      commit = works.length === 0 ? null : { beganMs, endedMs: beganMs + clock.monotonicMs() - fromMs };
      return outcomes;
    },
  });

  async function told<T>(
    applications: readonly CheckedApplication[],
    received: Promise<Result<T, Fault>>,
  ): Promise<Result<T, Fault>> {
    const beganMs = clock.now();
    const fromMs = clock.monotonicMs();
    const answer = await received;
    const endedMs = beganMs + clock.monotonicMs() - fromMs;
    for (const { applicationId, correction } of applications) {
      const root = travelOf({ applicationId, revision: correction?.revision ?? FIRST_REVISION });
      const span = telemetry.begin('receive', { root }, beganMs);
      if (commit !== null) {
        telemetry
          .begin('commit', { under: root }, commit.beganMs)
          ?.end({ 'db.system.name': 'sqlite', 'db.operation.name': 'COMMIT' }, commit.endedMs);
      }
      span?.end(answer.ok ? {} : { 'error.type': answer.fault.code }, endedMs);
      // A second touch is the same application.
      if (answer.ok && commit !== null) telemetry.add('yizhan.applications.received', {});
    }
    return answer;
  }

  return {
    receive: (application) => told([application], intake.receive(application)),
    receiveChain: (together) => told(together.applications, intake.receiveChain(together)),
  };
}
