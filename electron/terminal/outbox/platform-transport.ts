import { readFileSync, statSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { Agent, fetch, type RequestInit, type Response } from 'undici';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';

/** The connections to one platform. */
export interface PlatformTransport {
  /** Rejects with what `lineFault` names. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Cuts every connection. */
  destroy(): void;
}

export type { Response } from 'undici';

const limits = {
  /** To a platform that is switched off, packets vanish: no reason to wait as long as for an answer. */
  connectMs: 10_000,
  /** Status line and headers of an answer; ours need a few hundred. */
  headerBytes: 16_384,
  keepAliveMs: 30_000,
} as const;

/**
 * @param trusted PEM certificates of the authorities that may vouch for the platform; null: the well-known ones.
 */
export function createPlatformTransport(trusted: string | null): PlatformTransport {
  const agent = new Agent({
    maxHeaderSize: limits.headerBytes,
    keepAliveMaxTimeout: limits.keepAliveMs,
    connect: { timeout: limits.connectMs, ...(trusted === null ? {} : { ca: trusted }) },
  });
  return {
    fetch: (url, init) => fetch(url, { ...init, dispatcher: agent }),
    destroy: () => void agent.destroy(),
  };
}

const MAX_CA_FILE_BYTES = 262_144;

/** The certificates of `platform.caFile`, checked. Faults: `config.unreadable`. */
export function readAuthorities(file: string): Result<string, Fault> {
  const unreadable = (why: string) => err(fault('config.unreadable', `platform.caFile: ${file} ${why}`));
  try {
    if (statSync(file).size > MAX_CA_FILE_BYTES) return unreadable('is too large');
    const pem = readFileSync(file, 'utf8');
    const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    if (certificates.length === 0) return unreadable('holds no certificate in PEM form');
    for (const certificate of certificates) {
      if (!new X509Certificate(certificate).ca) return unreadable('holds a certificate that is no authority');
    }
    return ok(certificates.join('\n'));
  } catch {
    return unreadable('cannot be read');
  }
}

/** What a request that got no answer has met. */
export function lineFault(error: unknown): Fault {
  if (error instanceof Error && error.name === 'TimeoutError') return fault('platform.timeout');
  const cause = error instanceof Error ? error.cause : undefined;
  // The parser names some of its complaints by a code, and some not.
  if (cause instanceof Error && cause.name === 'HTTPParserError')
    return fault('platform.nonsense', 'no HTTP');
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : undefined;
  return fault(code === undefined ? 'platform.unreachable' : faultOf(code), code);
}

const lineFaults: ReadonlySet<FaultCode> = new Set([
  'platform.unreachable',
  'platform.timeout',
  'platform.untrusted',
  'platform.redirected',
]);

/** Of the way to the platform, and not of the platform. */
export function isLineFault(code: FaultCode): boolean {
  return lineFaults.has(code);
}

/** Names of OpenSSL's verify errors (X509_V_ERR_*, as Node reports them) and Node's own for the host's name. */
const certificateTrouble =
  /^(CERT_|ERR_TLS_CERT_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH)/;

function faultOf(code: string): FaultCode {
  if (certificateTrouble.test(code)) return 'platform.untrusted';
  switch (code) {
    case 'UND_ERR_HEADERS_OVERFLOW':
      return 'platform.too-large';
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'platform.timeout';
    case 'Z_DATA_ERROR':
      return 'platform.nonsense';
    default:
      return 'platform.unreachable';
  }
}
