import type { IncomingMessage } from 'node:http';
import type { Problem } from '#contract/problem.ts';
import { departmentOf } from '../departments/tokens.ts';
import {
  authenticate,
  offeredKey,
  refuseAltered,
  type AuthenticateParts,
  type Verdict,
} from '../identity/authenticate.ts';
import type { Caller } from '../identity/caller.ts';
import type { SignedRequest } from '../identity/verify-signature.ts';
import { hasBody } from './has-body.ts';
import type { BodyTerms, Place, Target } from './lanes.ts';
import { badRequest, busy, problem } from './problem.ts';
import { readBody, type BodyKind, type BodyOutcome } from './read-body.ts';
import { signedRequest, signersOf } from './signed-request.ts';
import type { Tokens } from './tokens.ts';

export interface AdmitParts extends AuthenticateParts {
  readonly tokens: Tokens;
  readonly publicUrl: string | null;
  readonly place: Place;
  readonly body: BodyTerms;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly caller: Caller; readonly body: unknown }
  | { readonly kind: 'problem'; readonly problem: Problem };

const refuse = (refusal: Problem): Admission => ({ kind: 'problem', problem: refusal });
const nobody = problem('UNAUTHORIZED');
const noKey = badRequest('publicKey: is missing or wrong');

/** Nobody's place before the database is held while the bytes come in. */
async function bodyOf(
  request: IncomingMessage,
  takes: BodyKind,
  { body, place }: AdmitParts,
): Promise<BodyOutcome> {
  const reading = () => readBody(request, takes, body.mostBytes);
  if (!hasBody(request)) return reading();
  const read = await place.aside(body, reading);
  return read ?? { kind: 'problem', problem: busy };
}

/** Who calls, and with what: by token, by signature, or nobody. */
export async function admit(
  request: IncomingMessage,
  { pathname, takes }: Target,
  parts: AdmitParts,
): Promise<Admission> {
  if (parts.tokens.isDesk(request.headers.authorization))
    return admitAs({ kind: 'desk' }, request, takes, parts);
  const department = await departmentOf(parts.pool, request.headers.authorization, parts.clock.now());
  if (department !== null) return admitAs(department, request, takes, parts);
  const signed = signedRequest(request, parts.publicUrl);
  if (signed !== null) return admitSigned(signed, request, { pathname, takes }, parts);
  // Before a byte of the body is read: a stranger gets no megabyte of our memory.
  return hasBody(request) ? refuse(nobody) : admitAs({ kind: 'unknown' }, request, takes, parts);
}

async function admitAs(
  caller: Caller,
  request: IncomingMessage,
  takes: BodyKind,
  parts: AdmitParts,
): Promise<Admission> {
  const read = await bodyOf(request, takes, parts);
  return read.kind === 'problem' ? read : { kind: 'admitted', caller, body: read.body };
}

async function admitSigned(
  signed: SignedRequest,
  request: IncomingMessage,
  { pathname, takes }: Target,
  parts: AdmitParts,
): Promise<Admission> {
  const signers = signersOf(pathname);
  if (signers === 'terminal') {
    const verdict = await authenticate(signed, signers, null, parts);
    if (verdict.kind === 'refused') return refuse(verdict.problem);
    const read = await bodyOf(request, takes, parts);
    return read.kind === 'problem' ? read : unaltered(signed, verdict, read, parts);
  }
  // The key stands in the body, which is small.
  const read = await bodyOf(request, takes, parts);
  if (read.kind === 'problem') return read;
  const offered = offeredKey(read.body);
  if (offered === null) return refuse(noKey);
  return unaltered(signed, await authenticate(signed, signers, offered, parts), read, parts);
}

async function unaltered(
  signed: SignedRequest,
  verdict: Verdict,
  { body, bytes }: { readonly body: unknown; readonly bytes: Uint8Array },
  parts: AdmitParts,
): Promise<Admission> {
  if (verdict.kind === 'refused') return refuse(verdict.problem);
  const altered = await refuseAltered(signed, bytes, verdict, parts);
  return altered === null ? { kind: 'admitted', caller: verdict.caller, body } : refuse(altered);
}
