import { NODATA, Resolver, type LookupAddress } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** All limits of asking a name server: the second try waits twice as long, and both end before a connection's own limit of 5 s. */
export const resolverLimits = { timeoutMs: 1_500, tries: 2 } as const;

export interface NameParts {
  /** Names of the machine's own, which go before what a server says: /etc/hosts. */
  readonly hostsFile: string;
  /** Null: those of the machine (/etc/resolv.conf). Else `host:port`. */
  readonly servers: readonly string[] | null;
  readonly timeoutMs: number;
}

export const ownNames: NameParts = {
  hostsFile: '/etc/hosts',
  servers: null,
  timeoutMs: resolverLimits.timeoutMs,
};

/**
 * The addresses of a name, by c-ares. `dns.lookup` would ask on libuv's four threads, whose waiting nobody can end: four departments whose name
 * server is silent would hold up every other name, PostgreSQL's among them. Not applied: `search` domains, so that a name is meant as it is written;
 * and what else nsswitch.conf may ask. A name that has IPv4 addresses is called by those. Rejects with a `code` of node:dns.
 */
export async function resolveName(hostname: string, parts: NameParts): Promise<LookupAddress[]> {
  const own = await inHosts(hostname, parts.hostsFile);
  if (own.length > 0) return own;
  // Made for each question, as a lookup is: resolv.conf may have changed since the last one.
  const resolver = new Resolver({ timeout: parts.timeoutMs, tries: resolverLimits.tries });
  if (parts.servers !== null) resolver.setServers(parts.servers);
  // One after the other: many name servers of closed networks know no AAAA and are silent when asked for one.
  const four = await asked((done) => resolver.resolve4(hostname, done));
  const found =
    Array.isArray(four) || four.code !== NODATA
      ? four
      : await asked((done) => resolver.resolve6(hostname, done));
  if (!Array.isArray(found)) throw found;
  return found.map((address) => ({ address, family: isIP(address) }));
}

function asked(
  ask: (done: (error: NodeJS.ErrnoException | null, found: string[]) => void) => void,
): Promise<string[] | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    ask((error, found) => resolve(error ?? found));
  });
}

/** hosts(5): an address, then names; `#` begins a comment. A file that cannot be read names nothing. */
async function inHosts(hostname: string, file: string): Promise<LookupAddress[]> {
  const wanted = domainToASCII(hostname).toLowerCase();
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  return lines.flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const family = isIP(address);
    return family !== 0 && names.some((name) => name.toLowerCase() === wanted) ? [{ address, family }] : [];
  });
}
