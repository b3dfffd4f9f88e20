import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fault, type Fault } from '#contract/fault.ts';
import { versionSchema } from '#contract/fleet.ts';
import { err, ok, type Result } from '#contract/result.ts';

/** A self-test starts a terminal; unpacking is quicker than that. */
const WITHIN_MS = 10 * 60_000;
const MAX_SAID_CHARS = 400;

/** Of package.json: what the program makes of the store, and from where on one can read that. */
const factsSchema = z.object({
  version: versionSchema,
  store: z.object({ schema: z.int().min(1), readableFrom: z.int().min(1) }),
});

export interface Laid {
  readonly tarball: string;
  readonly sha256: string;
  readonly version: string;
}

/** The versions of the program on this machine, beside each other; one of them is switched to. */
export interface Versions {
  /** Null: none is. */
  current(): string | null;
  /** Beside the others, tried by its own self-test. One of that name is replaced, unless it is switched to. Faults: `update.not-whole`. */
  layOut(laid: Laid): Promise<Result<null, Fault>>;
  /** Whether `before` could still read the store behind `version`. */
  canGoBack(version: string, before: string): boolean;
  /** Program, units and policy. May be done twice. Rejects when it cannot be done. */
  switchTo(version: string): Promise<void>;
  /** From now on the updater is that version's too; all others but `before` are removed. */
  keep(version: string, before: string): Promise<void>;
}

export interface VersionPorts {
  /** A folder in the place of /; empty: none. */
  readonly root: string;
  readonly programs: string;
  /** That lays out and switches: of the version that can be gone back to. */
  readonly installer: string;
  readonly config: string;
  readonly node: string;
  /** The installer and whatever it started is killed behind it, in milliseconds; ten minutes where it is not given. */
  readonly withinMs?: number;
}

export function versionsOf(ports: VersionPorts): Versions {
  const { root, programs, installer, config, node, withinMs = WITHIN_MS } = ports;
  const install = (...words: readonly string[]): Promise<{ status: number | null; said: string }> =>
    new Promise((resolve, reject) => {
      const child = spawn('sh', [installer, ...words, ...(root === '' ? [] : ['--root', root])], {
        stdio: ['ignore', 'ignore', 'pipe'],
        // A group of its own: what the shell started holds the pipe, and must go with it.
        detached: true,
        env: { ...process.env, YIZHAN_NODE: node, YIZHAN_CONFIG: config },
      });
      const timer = setTimeout(() => {
        try {
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        } catch {
          // The group ended just now.
        }
      }, withinMs);
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-MAX_SAID_CHARS);
      });
      child.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      child.once('close', (status) => {
        clearTimeout(timer);
        resolve({ status, said });
      });
    });
  const must = async (...words: readonly string[]): Promise<void> => {
    const { status, said } = await install(...words);
    if (status !== 0) throw new Error(`install.sh ${words.join(' ')}: ${said}`);
  };
  const current = (): string | null => {
    try {
      return versionSchema.parse(readlinkSync(join(programs, 'current')));
    } catch {
      return null;
    }
  };
  const facts = (version: string): z.infer<typeof factsSchema>['store'] | null => {
    try {
      const text = readFileSync(join(programs, version, 'package.json'), 'utf8');
      return factsSchema.parse(JSON.parse(text)).store;
    } catch {
      return null;
    }
  };

  return {
    current,
    layOut: async ({ tarball, sha256, version }) => {
      const { status, said } = await install('--lay', tarball, '--sha256', sha256, '--version', version);
      return status === 0 ? ok(null) : err(fault('update.not-whole', said));
    },
    canGoBack: (version, before) => {
      const [next, last] = [facts(version), facts(before)];
      return next !== null && last !== null && next.readableFrom <= last.schema;
    },
    switchTo: (version) => must('--switch', version),
    keep: async (version, before) => {
      await must('--keep', version);
      for (const entry of readdirSync(programs, { withFileTypes: true })) {
        const { name } = entry;
        // Also what a kill left half laid out.
        const isVersion = entry.isDirectory() && /^(\.new-|[0-9])/.test(name);
        if (isVersion && ![version, before, current()].includes(name))
          rmSync(join(programs, name), { recursive: true, force: true });
      }
    },
  };
}
