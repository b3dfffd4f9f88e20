/**
 * Finds the C compiler of the power-cut proof (tests/power-cut), or gets Debian's. As a command it prints its name:
 * `node scripts/find-compiler.ts`.
 */
import { spawnSync } from 'node:child_process';
import { platform } from 'node:process';
import { aptInstall } from './apt-install.ts';

/** All delays of the search, in milliseconds. */
const compilerDelays = { probeMs: 20_000 } as const;

const COMPILERS = ['cc', 'gcc', 'clang'] as const;

/** What the recorder needs: a C library with its headers, and the linker. */
const PROBE = '#include <dlfcn.h>\nint probe(void) { return dlsym(RTLD_DEFAULT, "open") != 0; }\n';

/** A compiler that works here, or null: preloading is Linux's. Nothing is fetched, and nothing said. */
export function installedCompiler(): string | null {
  if (platform !== 'linux') return null;
  return COMPILERS.find((compiler) => works(compiler)) ?? null;
}

/** The same; on Debian and its kin one is installed first when there is none. */
export function findCompiler(): string | null {
  const installed = installedCompiler();
  if (installed !== null || platform !== 'linux') return installed;
  aptInstall('No C compiler is installed', ['gcc', 'libc6-dev']);
  return installedCompiler();
}

function works(compiler: string): boolean {
  const { status } = spawnSync(
    compiler,
    ['-D_GNU_SOURCE', '-shared', '-fPIC', '-x', 'c', '-o', '/dev/null', '-'],
    {
      input: PROBE,
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: compilerDelays.probeMs,
    },
  );
  return status === 0;
}

if (import.meta.main) {
  const compiler = findCompiler();
  if (compiler === null) process.exitCode = 1;
  else console.log(compiler);
}
