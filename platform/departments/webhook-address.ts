import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/**
 * Where the platform may call. The operator gives the addresses, but a name can be made to lead anywhere: what it resolves to is looked
 * at each time, and what is nobody's on the open network is called only where the platform's settings allow that network.
 */
export interface AddressPolicy {
  /** Null: it may be called. */
  problemOf(url: string): string | null;
  /** Of an address that a name resolved to, without brackets. */
  mayReach(address: string): boolean;
}

/** RFC 6890 and its kin: special-purpose networks, in which the platform's own neighbours are. */
const SPECIAL = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
] as const;

const LOOPBACK = ['127.0.0.0/8', '::1/128'] as const;

const networkSchema = z.union([z.cidrv4(), z.cidrv6()]);
/** As they stand in a setting: `10.20.0.0/16,127.0.0.0/8`. */
export const networksSchema = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  )
  .pipe(z.array(networkSchema).max(50));

export function addressPolicy(allowed: readonly string[]): AddressPolicy {
  const [special, permitted, loopback] = [SPECIAL, allowed, LOOPBACK].map(listOf);
  const has = (list: BlockList | undefined, address: string): boolean =>
    list?.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') ?? false;
  const mayReach = (given: string): boolean => {
    const address = unmapped(given);
    return isIP(address) !== 0 && (has(permitted, address) || !has(special, address));
  };
  return {
    mayReach,
    problemOf: (url) => {
      if (url.length > 500 || !URL.canParse(url)) return 'it is no address';
      const { protocol, hostname, username, password, hash } = new URL(url);
      if (username !== '' || password !== '' || hash !== '')
        return 'it holds a name, a password or a fragment';
      const address = unmapped(hostname.replace(/^\[(.*)\]$/, '$1'));
      if (protocol !== 'https:' && !(protocol === 'http:' && isIP(address) !== 0 && has(loopback, address)))
        return 'it must begin with https:// (http:// only to this machine itself, by its number)';
      if (isIP(address) !== 0 && !mayReach(address))
        return 'the settings of the platform do not allow its network (YIZHAN_WEBHOOK_NETWORKS)';
      return null;
    },
  };
}

/** ::ffff:10.0.0.1, also as ::ffff:a00:1, is 10.0.0.1. */
function unmapped(address: string): string {
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const bytes = [high, low].map((part) => Number.parseInt(part, 16));
  return bytes.flatMap((word) => [word >> 8, word & 0xff]).join('.');
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
