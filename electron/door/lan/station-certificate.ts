// The certificate library injects its parts by it, and does not bring it.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { LanSettings } from '#config/schema.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { makeFolder, replaceFile } from '#terminal/store/durable-file.ts';

/** What the door shows, in PEM, and by what a technician knows it. */
export interface StationCertificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the authority's certificate, or of the district's own; what a browser shows, and a technician compares. */
  readonly fingerprint: string;
  /** What browsers of the station are given to trust; null: the district's own certificate, which they trust already. */
  readonly authorityFile: string | null;
}

export interface CertificatePorts {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

const DAY_MS = 86_400_000;
/** As long as browsers take a server's certificate at all (CA/Browser Forum, Baseline Requirements 6.3.2). */
const SERVER_DAYS = 397;
/** A new one is made this long before the old one ends: a terminal may stand switched off over a holiday. */
const RENEW_DAYS = 30;
/**
 * In force from before the first release until the last day that X.509 writes with two digits of the year (RFC 5280, 4.1.2.5):
 * longer than a terminal lives. By no clock, since a kiosk's may have lost its battery at the first start, and nobody goes to
 * each window's browser for it twice.
 */
const AUTHORITY_FROM = new Date('2026-01-01T00:00:00Z');
const AUTHORITY_UNTIL = new Date('2049-12-31T23:59:59Z');
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * The configured certificate, or one by an authority of this terminal's own. That is made when it is lacking, and never again because
 * of the time; its certificate also when it ends soon, or is not in force yet.
 * Fault: `lan.certificate-unusable`.
 */
export async function stationCertificate(
  settings: Pick<LanSettings, 'names' | 'certificate'>,
  ports: CertificatePorts,
): Promise<Result<StationCertificate, Fault>> {
  try {
    return settings.certificate === null
      ? await ownCertificate(settings.names, ports)
      : givenCertificate(settings.certificate, settings.names, ports.clock);
  } catch (error) {
    return unusable(error instanceof Error ? error.message : 'it does not read');
  }
}

function givenCertificate(
  files: { readonly certFile: string; readonly keyFile: string },
  names: readonly string[],
  clock: Clock,
): Result<StationCertificate, Fault> {
  const cert = readFileSync(files.certFile, 'utf8');
  const key = readFileSync(files.keyFile, 'utf8');
  const problem = problemOf({ cert, key }, { names, atMs: clock.now(), authority: null });
  if (problem !== null) return unusable(problem);
  return ok({ cert, key, fingerprint: new X509Certificate(cert).fingerprint256, authorityFile: null });
}

async function ownCertificate(
  names: readonly string[],
  ports: CertificatePorts,
): Promise<Result<StationCertificate, Fault>> {
  const folder = join(ports.dataDir, 'lan');
  makeFolder(folder);
  const authorityFile = join(folder, 'authority.pem');
  // Each browser and each member was given it by hand: no clock and no library is a reason for another one.
  const authority = await pairIn(folder, 'authority', () => newAuthority(ports), isPair);
  const now = ports.clock.now();
  const problem = problemOf(authority, { names: [], atMs: now, authority: null });
  if (problem !== null)
    return unusable(
      `at ${new Date(now).toISOString()} by this machine's clock, ${authorityFile}: ${problem}`,
    );
  const server = await pairIn(
    folder,
    'server',
    () => newServer(authority, names, ports),
    (pair) =>
      [now, now + RENEW_DAYS * DAY_MS].every(
        (atMs) => problemOf(pair, { names, atMs, authority: authority.cert }) === null,
      ),
  );
  const { fingerprint256 } = new X509Certificate(authority.cert);
  return ok({ ...server, cert: server.cert + authority.cert, fingerprint: fingerprint256, authorityFile });
}

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** The pair that lies in the folder, or a new one where half of it is not there, or it is of no use. Throws when the disk does. */
async function pairIn(
  folder: string,
  name: string,
  make: () => Promise<Pair>,
  isOfUse: (pair: Pair) => boolean,
): Promise<Pair> {
  const [certFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const [cert, key] = [textIn(certFile), textIn(keyFile)];
  if (cert !== null && key !== null && isOfUse({ cert, key })) return { cert, key };
  const made = await make();
  replaceFile(keyFile, Buffer.from(made.key));
  replaceFile(certFile, Buffer.from(made.cert));
  return made;
}

/** Null: there is no such file. Throws for any other reason. */
function textIn(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function isPair({ cert, key }: Pair): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** What a certificate must be good for. */
interface Wanted {
  readonly names: readonly string[];
  readonly atMs: number;
  /** Who must have signed it; null: anybody. */
  readonly authority: string | null;
}

/** Null when nothing is wrong with it. */
function problemOf(pair: Pair, { names, atMs, authority }: Wanted): string | null {
  try {
    const cert = new X509Certificate(pair.cert);
    if (!cert.checkPrivateKey(createPrivateKey(pair.key))) return 'the key is of another certificate';
    if (cert.validFromDate.getTime() > atMs) return `it is not in force before ${cert.validFrom}`;
    if (cert.validToDate.getTime() < atMs) return `it was in force until ${cert.validTo}`;
    if (authority !== null && !cert.verify(new X509Certificate(authority).publicKey))
      return 'of another authority';
    const lacking = names.find(
      (name) => (isIPv4(name) ? cert.checkIP(name) : cert.checkHost(name)) === undefined,
    );
    return lacking === undefined ? whyNoTls(pair) : `it is not for ${lacking}`;
  } catch {
    return 'certificate or key is no PEM that this machine reads';
  }
}

/** A key that is too short, a chain that does not read: the server would throw it. */
function whyNoTls(pair: Pair): string | null {
  try {
    createSecureContext(pair);
    return null;
  } catch (error) {
    return `TLS refuses it: ${error instanceof Error ? error.message : ''}`;
  }
}

async function newAuthority({ randomBytes }: CertificatePorts): Promise<Pair> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(randomBytes),
    name: 'CN=Yizhan station authority',
    notBefore: AUTHORITY_FROM,
    notAfter: AUTHORITY_UNTIL,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return { cert: pem(cert), key: await keyPem(keys.privateKey) };
}

async function newServer(
  authority: Pair,
  names: readonly string[],
  { clock, randomBytes }: CertificatePorts,
): Promise<Pair> {
  const own = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const issuer = new x509.X509Certificate(authority.cert);
  const signingKey = await crypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(authority.key),
    algorithm,
    false,
    ['sign'],
  );
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serial(randomBytes),
    subject: 'CN=Yizhan station',
    issuer: issuer.subject,
    notBefore: new Date(clock.now() - DAY_MS),
    notAfter: new Date(clock.now() + SERVER_DAYS * DAY_MS),
    publicKey: own.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIPv4(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
    ],
  });
  return { cert: pem(cert), key: await keyPem(own.privateKey) };
}

function pem(cert: x509.X509Certificate): string {
  return `${cert.toString('pem')}\n`;
}

async function keyPem(key: Parameters<typeof crypto.subtle.exportKey>[1]): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** Positive, and of 64 random bits and more (Baseline Requirements 7.1). */
function serial(randomBytes: RandomBytes): string {
  return `01${Buffer.from(randomBytes(12)).toString('hex')}`;
}

function unusable(detail: string): Result<never, Fault> {
  return err(fault('lan.certificate-unusable', detail));
}
