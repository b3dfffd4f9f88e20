/** A member of an archive as deb(5) has them. */
export interface ArMember {
  /** ASCII, 15 bytes at most: deb(5) has no long names. */
  readonly name: string;
  readonly bytes: Buffer;
}

const MAGIC = '!<arch>\n';

/** The common format of ar(5), System V: root's, of the time 0, so that the same members give the same bytes. */
export function writeAr(members: readonly ArMember[]): Buffer {
  const parts = members.flatMap(({ name, bytes }) => {
    if (!/^[ -~]{1,15}$/.test(name)) throw new RangeError(`ar: ${name} is no name of a member`);
    const [time, owner, group, mode] = ['0', '0', '0', '100644'];
    const header =
      name.padEnd(16) +
      time.padEnd(12) +
      owner.padEnd(6) +
      group.padEnd(6) +
      mode.padEnd(8) +
      String(bytes.length).padEnd(10) +
      '`\n';
    // Each member begins at an even place.
    return [Buffer.from(header), bytes, Buffer.from(bytes.length % 2 === 1 ? '\n' : '')];
  });
  return Buffer.concat([Buffer.from(MAGIC), ...parts]);
}
