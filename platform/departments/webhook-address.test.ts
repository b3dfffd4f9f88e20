import { describe, expect, test } from 'vitest';
import { addressPolicy, networksSchema } from './webhook-address.ts';

const strict = addressPolicy([]);
const inside = addressPolicy(['10.20.0.0/16', '127.0.0.0/8', 'fd00:1::/32']);

describe('where the platform may call', () => {
  test.each([
    'https://1.2.3.4/inbox',
    'https://department.example/inbox?x=1',
    'https://[2400:3200::1]:8443/',
  ])('%s: anywhere in the open network, by https', (url) => {
    expect(strict.problemOf(url)).toBeNull();
  });

  test.each([
    'http://department.example/inbox',
    'http://1.2.3.4/inbox',
    'http://localhost:8080/',
    'ftp://department.example/',
    'file:///etc/passwd',
    'https://user:secret@department.example/',
    'https://department.example/#there',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0/',
    'https://10.20.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fe80::1]/',
    'https://[fd00:1::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    `https://department.example/${'x'.repeat(500)}`,
    'not an address',
    '',
  ])('%s: is refused', (url) => {
    expect(strict.problemOf(url)).not.toBeNull();
  });

  test.each([
    'https://10.20.30.40/',
    'http://127.0.0.1:9000/inbox',
    'https://[fd00:1::1]/',
    'https://[::ffff:10.20.0.1]/',
  ])('%s: is called when the settings say so', (url) => {
    expect(inside.problemOf(url)).toBeNull();
  });

  test('a name that leads inside is refused by what it resolves to', () => {
    for (const address of ['10.0.0.1', '127.0.0.1', '::1', '::ffff:192.168.0.1', 'nonsense', '']) {
      expect(strict.mayReach(address)).toBe(false);
    }
    expect(strict.mayReach('1.2.3.4')).toBe(true);
    expect(inside.mayReach('10.20.1.1')).toBe(true);
    expect(inside.mayReach('10.21.1.1')).toBe(false);
  });

  test('http is for this machine alone, also when the settings allow another network', () => {
    expect(inside.problemOf('http://10.20.30.40/')).not.toBeNull();
  });
});

test('the setting is a list of networks, and nothing else', () => {
  expect(networksSchema.parse(' 10.20.0.0/16, fd00:1::/32 ')).toEqual(['10.20.0.0/16', 'fd00:1::/32']);
  expect(networksSchema.parse('')).toEqual([]);
  for (const wrong of ['10.0.0.1', '10.0.0.0/33', 'everywhere', '10.0.0.0/8;']) {
    expect(networksSchema.safeParse(wrong).success).toBe(false);
  }
});
