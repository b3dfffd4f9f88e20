import type { IncomingMessage } from 'node:http';
import { MAX_SUBMISSION_BYTES } from '#contract/platform-api.ts';
import { MAX_IDENTITY_BYTES } from '#contract/terminal-identity.ts';
import {
  authenticate,
  offeredKey,
  refuseAltered,
  type AuthenticateParts,
  type Verdict,
} from '../identity/authenticate.ts';
import type { Caller } from '../identity/caller.ts';
import type { SignedRequest } from '../identity/verify-signature.ts';
import type { Place } from './lanes.ts';
import { problem, type Problem } from './problem.ts';
import { hasBody, readBody, type BodyOutcome } from './read-body.ts';
import { signedRequest, signersOf } from './signed-request.ts';
import type { Tokens } from './tokens.ts';

export interface AdmitParts extends AuthenticateParts {
  readonly tokens: Tokens;
  readonly publicUrl: string | null;
  readonly place: Place;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly caller: Caller; readonly body: unknown }
  | { readonly kind: 'problem'; readonly problem: Problem };

const refuse = (refusal: Problem): Admission => ({ kind: 'problem', problem: refusal });
const nobody = problem('UNAUTHORIZED', 401, 'Nobody known has signed or shown a token');
const noKey = problem(
  'BAD_REQUEST',
  400,
  'The request is not what the contract says',
  'publicKey: is missing or wrong',
);

/** The answer of a node that has too much in hand. */
export const busy = problem('TOO_MANY_REQUESTS', 429, 'The platform has too much in hand: come back later');

/** Nobody's place before the database is held while the bytes come in. */
async function bodyOf(request: IncomingMessage, maxJsonBytes: number, place: Place): Promise<BodyOutcome> {
  if (!hasBody(request)) return readBody(request, maxJsonBytes);
  const read = await place.aside(() => readBody(request, maxJsonBytes));
  return read ?? { kind: 'problem', problem: busy };
}

/** Who calls, and with what: by token, by signature, or nobody, who may ask after our health. */
export async function admit(
  request: IncomingMessage,
  pathname: string,
  parts: AdmitParts,
): Promise<Admission> {
  if (parts.tokens.isDesk(request.headers.authorization)) return admitAs({ kind: 'desk' }, request, parts);
  const signed = pathname === '/v1/health' ? null : signedRequest(request, parts.publicUrl);
  if (signed !== null) return admitSigned(signed, request, pathname, parts);
  // Before a byte of the body is read: a stranger gets no megabyte of our memory.
  return hasBody(request) ? refuse(nobody) : admitAs({ kind: 'unknown' }, request, parts);
}

async function admitAs(caller: Caller, request: IncomingMessage, { place }: AdmitParts): Promise<Admission> {
  const read = await bodyOf(request, MAX_SUBMISSION_BYTES, place);
  return read.kind === 'problem' ? read : { kind: 'admitted', caller, body: read.body };
}

async function admitSigned(
  signed: SignedRequest,
  request: IncomingMessage,
  pathname: string,
  parts: AdmitParts,
): Promise<Admission> {
  const signers = signersOf(pathname);
  if (signers === 'terminal') {
    const verdict = await authenticate(signed, signers, null, parts);
    if (verdict.kind === 'refused') return refuse(verdict.problem);
    const read = await bodyOf(request, MAX_SUBMISSION_BYTES, parts.place);
    return read.kind === 'problem' ? read : unaltered(signed, verdict, read, parts);
  }
  // The key stands in the body, which is small.
  const read = await bodyOf(request, MAX_IDENTITY_BYTES, parts.place);
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
