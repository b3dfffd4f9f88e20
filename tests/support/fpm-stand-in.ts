/**
 * In place of fpm, which electron-builder downloads: `fpm -s dir -t deb …`. Reads the arguments as fpm does (Clamp: a long option has its value behind it
 * or behind `=`, the first word that is none begins the paths) and writes the deb with scripts/package's own writer. What it does not
 * know it refuses. As fpm 1.17 by its documentation; fpm itself did not run.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeDeb } from '../../scripts/package/write-deb.ts';

/** 2026-06-01, as any time will do. */
const MADE_S = 1_780_272_000;
const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const { values, positionals } = parseArgs({
  strict: true,
  allowPositionals: true,
  options: {
    input: { ...text, short: 's' },
    output: { ...text, short: 't' },
    force: { type: 'boolean' },
    ...{ architecture: text, version: text, name: text, maintainer: text, vendor: text, url: text },
    ...{ description: text, license: text, package: text, 'deb-priority': text, 'deb-compression': text },
    ...{ 'after-install': text, 'after-remove': text, 'before-remove': text },
    depends: { ...list, short: 'd' },
    ...{ 'deb-recommends': list, conflicts: list },
  },
});
const must = (name: Exclude<keyof typeof values, 'force'>): string => {
  const value = values[name];
  if (typeof value !== 'string') throw new Error(`fpm: --${name} is missing`);
  return value;
};

const data = mkdtempSync(join(tmpdir(), 'yizhan-fpm-'));
for (const path of positionals) {
  const [from = '', to = ''] = path.split('=');
  if (!existsSync(from)) throw new Error(`fpm: ${from} is not there`);
  // With a slash its contents, without the thing itself.
  mkdirSync(join(data, to, from.endsWith('/') ? '.' : '..'), { recursive: true });
  cpSync(from, join(data, to), { recursive: true });
}
writeDeb(must('package'), {
  data,
  madeS: MADE_S,
  fields: {
    Package: must('name'),
    Version: must('version'),
    Architecture: must('architecture'),
    Maintainer: must('maintainer'),
    Depends: (values.depends ?? []).join(', '),
    Recommends: (values['deb-recommends'] ?? []).join(', '),
    Conflicts: (values.conflicts ?? []).join(', '),
    Priority: must('deb-priority'),
    Homepage: must('url'),
    Description: must('description'),
  },
  scripts: {
    postinst: must('after-install'),
    postrm: must('after-remove'),
    prerm: must('before-remove'),
  },
});
rmSync(data, { recursive: true });
