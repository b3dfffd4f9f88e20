import { submissionSchema, type Submission } from '#contract/application.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { bindings } from '../store/sealed-columns.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Key } from './platform-client.ts';

/**
 * The payload of an outbox row that was read with its `sealed_submission` and `key_id`. Fault: `store.failed` when
 * it does not open, or is not what was stored.
 */
export function openSubmission(
  sealer: Sealer,
  key: Key,
  row: Record<string, unknown>,
): Result<Submission, Fault> {
  const sealed = row['sealed_submission'];
  if (!(sealed instanceof Uint8Array)) return err(fault('store.failed', 'an open row has no payload'));
  const plain = sealer.unseal(
    sealed,
    String(row['key_id']),
    bindings.outbox(key.applicationId, key.revision),
  );
  if (!plain.ok) return plain;
  const submission = submissionSchema.safeParse(JSON.parse(Buffer.from(plain.value).toString('utf8')));
  return submission.success
    ? ok(submission.data)
    : err(fault('store.failed', 'a stored submission does not parse'));
}
