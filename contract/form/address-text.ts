import type { Address } from '../answers.ts';

export function addressText(address: Address): string {
  return `${address.region}${address.street}${address.community}${address.detail}`;
}
