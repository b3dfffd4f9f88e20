import type { ProblemCode } from './problem-kinds.ts';

/** What a problem means, and what its caller should do: for whoever writes another terminal, or another platform. */
export interface ProblemAdvice {
  readonly meaning: string;
  readonly remedy: string;
}

const NOTHING_TO_REPEAT = 'Do not send it again: the answer will be the same.';

export const problemAdvice: Readonly<Record<ProblemCode, ProblemAdvice>> = {
  BAD_REQUEST: {
    meaning:
      'The address, the headers or the body is not what the contract says. `detail` names the first places that are wrong, never what stood there. Nothing was stored.',
    remedy: 'Compare the request with /openapi.json. Do not send it again as it is.',
  },
  UNAUTHORIZED: {
    meaning: 'The request has neither a signature nor a token that may make this call.',
    remedy: 'Sign it as a terminal, or send the desk token, as /openapi.json says of the call.',
  },
  NOT_FOUND: {
    meaning: 'There is no such call, or nothing is stored under this key that the caller may see.',
    remedy: NOTHING_TO_REPEAT,
  },
  CONFLICT: {
    meaning: 'Under this key another payload is stored; `data.storedSha256` is its hash.',
    remedy: 'Keep both, and have a person compare them. Never change the key to get past it.',
  },
  PAYLOAD_TOO_LARGE: {
    meaning: 'The body is over the limit of the call. It was not read to its end.',
    remedy: NOTHING_TO_REPEAT,
  },
  TOO_MANY_REQUESTS: {
    meaning: 'From this terminal too many wrong numbers or codes were tried. Others are served.',
    remedy: 'Wait for ten minutes, then send it again. Do not try numbers.',
  },
  SERVICE_UNAVAILABLE: {
    meaning: 'The platform has no database now. Nothing is wrong with the request.',
    remedy: 'Keep it, wait as long as Retry-After says, then send it again, without limit.',
  },
  TERMINAL_UNKNOWN: {
    meaning: 'Nobody is enrolled with the key of this signature, or not any more.',
    remedy: 'Enrol the terminal again. What it holds waits meanwhile.',
  },
  TERMINAL_REVOKED: {
    meaning: 'The operator has shut this terminal out.',
    remedy: 'Ask the operator. What the terminal holds waits meanwhile.',
  },
  SIGNATURE_INVALID: {
    meaning: 'The signature does not cover what it must, does not fit, or is none.',
    remedy:
      'See the security scheme in /openapi.json; behind a proxy, whether it changes host, path or headers.',
  },
  SIGNATURE_REPLAYED: {
    meaning: 'A request with this nonce of this key was here before.',
    remedy: 'Sign it anew with another nonce and send it again.',
  },
  CLOCK_SKEW: {
    meaning: 'The signature was made too far from the platform’s time, which `data.platformTime` says.',
    remedy: 'Set the clock, or reckon with the difference, sign it anew and send it again.',
  },
  DIGEST_MISMATCH: {
    meaning: 'The body is not the one that was signed.',
    remedy: 'Look for what changes the body on its way, sign it anew and send it again.',
  },
  ENROLMENT_CODE_UNKNOWN: {
    meaning: 'The code was not issued for this terminal at this station.',
    remedy: 'Compare terminal, station and code with what the operator issued.',
  },
  ENROLMENT_CODE_USED: {
    meaning: 'Another terminal key was enrolled with this code.',
    remedy: 'Have the operator issue another code.',
  },
  ENROLMENT_CODE_EXPIRED: {
    meaning: 'The code was not used in its time.',
    remedy: 'Have the operator issue another code.',
  },
  TERMINAL_ALREADY_ENROLLED: {
    meaning: 'A terminal of this name is enrolled with another key.',
    remedy: 'Have the operator revoke that one first, or take another name.',
  },
  KEY_IN_USE: {
    meaning: 'The key is, or was, the one of a terminal. A key is used once.',
    remedy: 'Make a new key and ask again.',
  },
  AUDIT_BEHIND: {
    meaning: 'Rows of the audit before these are not here; `data.last` is the last that is.',
    remedy: 'Tell the rows behind that one.',
  },
  AUDIT_OTHERWISE: {
    meaning: 'Under the number in `data.sequence` another row was told before. The finding is written down.',
    remedy: 'Begin another chain with that row, and tell it.',
  },
  CODE_UNKNOWN: { meaning: 'Nobody is known by this code.', remedy: 'Ask for another way to be known.' },
  CODE_EXPIRED: {
    meaning: 'The code is older than it may be.',
    remedy: 'Have the resident show a new one.',
  },
  CODE_USED: {
    meaning: 'The code was used already; one is good for one answer.',
    remedy: 'Have the resident show a new one.',
  },
  CODES_NOT_SUPPORTED: {
    meaning: 'This platform resolves no residents’ codes.',
    remedy: 'Do not offer this way to be known.',
  },
  WRONG_OFFSET: {
    meaning: 'The upload goes on at another byte, which `data.receivedBytes` says.',
    remedy: 'Send the chunk that begins there.',
  },
  ATTACHMENT_DAMAGED: {
    meaning: 'The bytes that came are not what their hash says. They were dropped.',
    remedy: 'Begin the upload anew at byte 0.',
  },
  UPLOADS_FULL: {
    meaning:
      'The terminal has begun to upload as much as one may on a day, or more than may wait for submissions. What was begun goes on, and every other call is served.',
    remedy:
      'Keep it, wait as long as Retry-After says, then send it again, without limit. Submit what is here whole.',
  },
  TOO_MANY_ATTACHMENTS: {
    meaning: 'Too many uploads of this application wait for its submission.',
    remedy: 'Send the submission that names them.',
  },
  ATTACHMENTS_MISSING: {
    meaning: 'The payload names attachments that are not here whole; `data.missing` has their hashes.',
    remedy: 'Send those, then the submission again.',
  },
  PARCEL_UNKNOWN: {
    meaning: 'No package has this hash, or its file has no such part; it may have been taken out again.',
    remedy: NOTHING_TO_REPEAT,
  },
  APPLICATION_TOO_OLD: {
    meaning:
      'The id is older than what the platform keeps, or was erased before its time was told by the id. Nothing was stored: it may have been here before.',
    remedy: 'Put it before a person. If the resident still wants it, receive it anew, under another id.',
  },
  CASE_ERASED: {
    meaning: 'The case was here, and was erased with all that hung on it when its time was over.',
    remedy: NOTHING_TO_REPEAT,
  },
  NOT_RATEABLE: {
    meaning: 'The case is not closed, or its matter is not answered.',
    remedy: NOTHING_TO_REPEAT,
  },
  NO_REPLY: { meaning: 'The case has no reply that could be refused.', remedy: NOTHING_TO_REPEAT },
  TRANSITION_REFUSED: {
    meaning: 'The case stands where this step is not possible; `data.status` says where.',
    remedy: 'Read the case, and decide anew.',
  },
  NOT_THE_PRESENT_STEP: {
    meaning: 'Another step of the item is the present one, or all are done.',
    remedy: 'Read the history of the case, and complete the step that it names.',
  },
  EXTENSION_REFUSED: {
    meaning: 'A case is extended once, and not behind its legal limit; `data.why` says which.',
    remedy: 'Decide the case; what cannot be decided in time is for the head of the office.',
  },
  WAITS_FOR_OTHERS: {
    meaning: 'Items of the same chain must be closed first; `data.waitsFor` names them.',
    remedy: 'Send it again when they are.',
  },
  ALREADY_REPLIED: {
    meaning: 'Another reply was given to it.',
    remedy: 'Read how it stands, and decide anew.',
  },
  BOOKING_OVER: {
    meaning: 'Somebody came for the booking, or did not: it is final.',
    remedy: NOTHING_TO_REPEAT,
  },
  DAY_OUT_OF_RANGE: {
    meaning: 'The day is not over at the platform, or older than figures are kept.',
    remedy: 'Send a day that is not over later; one that is too old, never.',
  },
  REQUEST_TIMEOUT: {
    meaning: 'The request took longer to arrive than the platform waits. It was not looked at.',
    remedy: 'Send it again.',
  },
  METHOD_NOT_ALLOWED: {
    meaning: 'The address is known, and not by this method. Allow names those that it takes.',
    remedy: NOTHING_TO_REPEAT,
  },
  UNSUPPORTED_MEDIA_TYPE: {
    meaning: 'The body is of another kind than the call takes, or is compressed.',
    remedy: 'Send application/json, or application/octet-stream for the bytes of an attachment, as it is.',
  },
  EXPECTATION_FAILED: {
    meaning: 'The Expect header asks for something other than 100-continue.',
    remedy: 'Leave the header out.',
  },
  HEADERS_TOO_LARGE: { meaning: 'The headers are over 16 KiB together.', remedy: NOTHING_TO_REPEAT },
  REPLY_DOES_NOT_ANSWER: {
    meaning:
      'The reply names no matter or unit, gives no way to reach a person there, is phrases, or repeats the reply of another case.',
    remedy:
      'Change what data.findings say. Where data.mayInsist is true, the same words may be sent again with insistBecause.',
  },
  TOO_MANY_DISPATCHES: {
    meaning: 'The matter has gone to as many units as it may.',
    remedy: 'The last unit answers, or the desk does in its own name.',
  },
  ID_OF_ANOTHER_CASE: {
    meaning: 'What was sent has the id of what was sent for another case. Nothing was stored.',
    remedy: 'Send it under an id of its own: a new UUID.',
  },
  LEDGER_STEP_REFUSED: {
    meaning:
      'An entry of the rating ledger is verified, answered and closed in this order; data.state says where it stands.',
    remedy: 'Read the entry, and take the step that is next.',
  },
  CALL_BACK_OPEN: {
    meaning: 'The resident left a number and was not called yet.',
    remedy: 'Call, report the call under data.callBackNo, then close the entry.',
  },
  CALL_BACK_OVER: {
    meaning: 'The resident was reached already, or was called in vain often enough.',
    remedy: 'Nothing: the call back is closed.',
  },
  PLATFORM_BUSY: {
    meaning:
      'The platform has too much in hand. Nothing of the request was done, and nothing is wrong with it.',
    remedy: 'Keep it, wait as long as Retry-After says, then send it again, without limit.',
  },
  INTERNAL_SERVER_ERROR: {
    meaning:
      'The platform failed; what failed is in its log and not here. Whether something was stored is not known.',
    remedy: 'Keep it and send it again later: the same key is stored once.',
  },
};
