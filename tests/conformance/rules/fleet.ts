import { createPublicKey, verify } from 'node:crypto';
import type { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json.ts';
import {
  SUCCESSION_CONTEXT,
  successionSchema,
  type Heartbeat,
  type SignedSuccession,
  type Succession,
} from '#contract/fleet.ts';
import { platformContract } from '#contract/platform-api.ts';
import { requestSignature, type PublicKey } from '#contract/terminal-identity.ts';
import { Broken, holds, read, refuses, same, told } from '../check.ts';
import type { Answer } from '../client.ts';
import { sha256Of } from '../maker.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';

const heardSchema = platformContract.fleet.heartbeat['~orpc'].outputSchema as z.ZodType<{
  time: string;
  fleetKey: PublicKey;
  successions?: SignedSuccession[];
  commands: unknown[];
}>; // of the contract, zod

/** Of a terminal that lacks nothing. */
function heartbeat(t: Trial): Heartbeat {
  return {
    at: t.maker.iso(),
    everySeconds: 60,
    oldestUnsentSeconds: null,
    outbox: { pending: 0, sending: 0, waiting: 0, rejected: 0, conflict: 0 },
    troubles: [],
    versions: { program: '1.0.0', schema: '1', catalogue: 'c1', config: 'k1' },
    diskFreeMiB: 20_000,
    diskReserveMiB: 500,
    clockSkewMs: 0,
    uptimeSeconds: 60,
    crashes24h: 0,
    mode: 'in-service',
    queue: 'none',
    certificateUntil: null,
    refused: [],
  };
}

const tell = (t: Trial, body: unknown): Promise<Answer> =>
  t.client.call({ method: 'PUT', path: '/v1/fleet/heartbeat', by: t.first, body });

function successionOf({ statement }: SignedSuccession): Succession {
  const said = successionSchema.safeParse(jsonOf(statement));
  if (said.success && canonicalJson(said.data) === statement) return said.data;
  throw new Broken('a succession in canonical JSON', told(statement));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBy(key: PublicKey, { statement, signature }: SignedSuccession): boolean {
  const by = createPublicKey({ key: { ...key }, format: 'jwk' });
  return verify(null, Buffer.from(SUCCESSION_CONTEXT + statement), by, Buffer.from(signature, 'base64url'));
}

export const fleetRules: Theme = {
  letter: 'T',
  title: 'How a terminal is, and what it is told to do',
  when: 'prepared',
  rules: [
    rule(
      'T-01',
      'A heartbeat is answered with the platform’s time, and with one key for orders until a succession tells of another',
      async (t) => {
        const first = read(await tell(t, heartbeat(t)), heardSchema);
        const apartS = Math.abs(Date.parse(first.time) - t.maker.now()) / 1000;
        holds(apartS < requestSignature.windowSeconds, 'a clock like ours', first.time);
        const second = read(await tell(t, heartbeat(t)), heardSchema);
        same(second.fleetKey, first.fleetKey, 'the key');
      },
    ),
    rule('T-02', 'A heartbeat has nothing else in it: another key is BAD_REQUEST', async (t) => {
      refuses(await tell(t, { ...heartbeat(t), applicant: 'X' }), 400, 'BAD_REQUEST');
    }),
    rule('T-03', 'What came of an order that was never given to this terminal is NOT_FOUND', async (t) => {
      const body = { result: 'done', code: null, at: t.maker.iso(), log: null };
      const path = '/v1/fleet/commands/01995b00-0000-4000-8000-000000000001/outcome';
      refuses(await t.client.call({ method: 'PUT', path, by: t.first, body }), 404, 'NOT_FOUND');
    }),
    rule(
      'T-04',
      'A package that nobody has added is PARCEL_UNKNOWN (404), its manifest like each part of its file',
      async (t) => {
        const path = `/v1/fleet/parcels/${sha256Of(t.maker.iso())}`;
        for (const asked of [path, `${path}/chunks/0`, `${path}/chunks/511`])
          refuses(await t.client.call({ path: asked, by: t.first }), 404, 'PARCEL_UNKNOWN');
      },
    ),
    rule(
      'T-05',
      'Each succession of the key for orders is signed by the key that the one before it brought, and the last brings the key that signs now',
      async (t) => {
        const { fleetKey, successions = [] } = read(await tell(t, heartbeat(t)), heardSchema);
        // By which key the first was signed, nobody who comes now can know.
        let signs: PublicKey | null = null;
        for (const succession of successions) {
          const said = successionOf(succession);
          holds(signs === null || isBy(signs, succession), 'signed by the key before it', succession);
          signs = said.to;
        }
        if (signs !== null) same(fleetKey, signs, 'the key that the last one brings');
      },
    ),
  ],
};
