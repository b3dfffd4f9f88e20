import { lookup } from 'node:dns/promises';
import { createConnection, isIP } from 'node:net';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { ProvisioningProblem } from '#contract/provisioning.ts';
import { networkStages, type NetworkStage } from '#contract/provisioning-api.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { lineFault, type PlatformTransport } from '../outbox/platform-transport.ts';

/** All waits of one look at the network, in milliseconds: somebody stands there. */
export const networkDelays = { nameMs: 5_000, connectMs: 5_000, answerMs: 8_000 } as const;

/** More than a page of a proxy in the way would fill of an answer that is one word. */
const MAX_HEALTH_BYTES = 4_096;

/** How far the platform's own clock is ahead of this machine, in milliseconds. */
export interface PlatformAnswered {
  readonly aheadMs: number | null;
}

export interface NetworkPorts {
  readonly url: string;
  readonly transport: PlatformTransport;
  readonly clock: Clock;
}

export interface NetworkSeen {
  readonly stages: readonly NetworkStage[];
  /** Null: the platform did not answer. */
  readonly answered: PlatformAnswered | null;
}

type Step = Result<
  string | null,
  { readonly code: ProvisioningProblem | Fault['code']; readonly detail: string }
>;

/** Of a platform that has not said a word. */
const silent: readonly Fault['code'][] = ['platform.unreachable', 'platform.timeout'];

/**
 * The way to the platform, stage by stage: the name has an address, the address is reached, its certificate is trusted, and who
 * answers is the platform. What lies behind the first stage that fails is not tried.
 */
export async function checkNetwork({ url, transport, clock }: NetworkPorts): Promise<NetworkSeen> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const at = Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port);
  let answered: PlatformAnswered | null = null;
  const name = await resolved(host, clock);
  const route = name.ok ? await connected(name.value ?? host, at, clock) : null;
  const asked = route?.ok === true ? await askPlatform({ url, transport, clock }) : null;
  if (asked?.ok === true) answered = asked.value;
  const isUntrusted = asked?.ok === false && asked.fault.code === 'platform.untrusted';
  const trust: Step | null = isUntrusted
    ? err({ code: asked.fault.code, detail: asked.fault.detail ?? '' })
    : protocol === 'http:' && asked !== null
      ? ok('http')
      : // A connection that ends before an answer says nothing of a certificate.
        asked === null || (!asked.ok && silent.includes(asked.fault.code))
        ? null
        : ok(null);
  const platform: Step | null =
    asked === null || isUntrusted
      ? null
      : asked.ok
        ? ok(null)
        : err({ code: asked.fault.code, detail: asked.fault.detail ?? '' });
  const steps: readonly (Step | null)[] = [name, route, trust, platform];
  return { answered, stages: networkStages.map((stage, index) => stageOf(stage, steps[index] ?? null)) };
}

function stageOf(stage: NetworkStage['stage'], step: Step | null): NetworkStage {
  if (step === null) return { stage, state: 'not-tried', code: null, detail: null };
  return step.ok
    ? { stage, state: 'good', code: null, detail: step.value }
    : { stage, state: 'bad', code: step.fault.code, detail: step.fault.detail.slice(0, 300) };
}

async function resolved(host: string, clock: Clock): Promise<Step> {
  if (isIP(host) !== 0) return ok(host);
  const found = await within(
    clock,
    networkDelays.nameMs,
    lookup(host).catch((error: unknown) => codeOf(error)),
  );
  if (found === null) return err({ code: 'network.name-unknown', detail: `${host}: no answer` });
  return typeof found === 'string'
    ? err({ code: 'network.name-unknown', detail: `${host}: ${found}` })
    : ok(found.address);
}

function connected(address: string, port: number, clock: Clock): Promise<Step> {
  const detail = `${address}:${String(port)}`;
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port });
    const end = (step: Step): void => {
      cancel();
      socket.destroy();
      resolve(step);
    };
    const cancel = clock.after(networkDelays.connectMs, () => {
      end(err({ code: 'network.no-route', detail: `${detail}: no connection` }));
    });
    socket.once('connect', () => {
      end(ok(detail));
    });
    socket.once('error', (error) => {
      const code = codeOf(error);
      const problem = code === 'ECONNREFUSED' ? 'network.refused' : 'network.no-route';
      end(err({ code: problem, detail: `${detail}: ${code}` }));
    });
  });
}

/**
 * Whether the platform answers, and its Date (RFC 9110 §6.6.1), in one call that needs no signature. Its whole second is taken at its
 * middle, and our clock half-way through the call. Faults: those of the line; `platform.nonsense`, `platform.failed`.
 */
export async function askPlatform({
  url,
  transport,
  clock,
}: NetworkPorts): Promise<Result<PlatformAnswered>> {
  const abort = new AbortController();
  const cancel = clock.after(networkDelays.answerMs, () => {
    abort.abort(new DOMException('no answer', 'TimeoutError'));
  });
  const sentMs = clock.now();
  try {
    const response = await transport.fetch(`${url.replace(/\/$/, '')}/v1/health`, {
      redirect: 'manual',
      signal: abort.signal,
    });
    const heardMs = clock.now();
    let body = '';
    for await (const chunk of response.body ?? []) {
      body += Buffer.from(chunk as Uint8Array).toString('utf8');
      if (body.length > MAX_HEALTH_BYTES)
        return err(fault('platform.nonsense', 'a page, and not the platform'));
    }
    if (response.status >= 300 && response.status < 400)
      return err(fault('platform.redirected', `HTTP ${String(response.status)}`));
    if (response.status >= 500) return err(fault('platform.failed', `HTTP ${String(response.status)}`));
    if (response.status !== 200 || !/^\{[^]*"status":\s*"ok"/.test(body))
      return err(fault('platform.nonsense', `HTTP ${String(response.status)}, and not the platform`));
    const saidMs = Date.parse(response.headers.get('date') ?? '');
    return ok({ aheadMs: Number.isNaN(saidMs) ? null : Math.round(saidMs + 500 - (sentMs + heardMs) / 2) });
  } catch (error) {
    return err(lineFault(abort.signal.aborted ? abort.signal.reason : error));
  } finally {
    cancel();
  }
}

function within<T>(clock: Clock, limitMs: number, work: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const cancel = clock.after(limitMs, () => {
      resolve(null);
    });
    void work.then((value) => {
      cancel();
      resolve(value);
    });
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
