/** `3FA2 91C0 5B7E`: so much of a hash as a person can compare, on the check page and on the slip. */
export function shortHash(sha256: string): string {
  return [0, 4, 8].map((at) => sha256.slice(at, at + 4).toUpperCase()).join(' ');
}
