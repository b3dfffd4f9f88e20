/** What `npm run build` builds, in this order; a name alone builds that one. */
export interface BuildTarget {
  readonly name:
    | 'renderer'
    | 'shell'
    | 'host'
    | 'device-host'
    | 'glyphs'
    | 'beside-electron'
    | 'host-tarball'
    | 'host-deb'
    | 'apt-repository';
  /** Vite configurations, relative to the repository, built one after the other. */
  readonly configs: readonly string[];
  /** Folders that are copied as they are: from → to. */
  readonly copies: readonly (readonly [from: string, to: string])[];
  /** Scripts that make the rest. */
  readonly scripts: readonly string[];
  /** A package of what the others built: made when it is named, and not with the rest. */
  readonly onlyByName?: true;
}

export const buildTargets: readonly BuildTarget[] = [
  {
    name: 'shell',
    configs: ['electron/shell/vite.main.config.ts', 'electron/shell/vite.preload.config.ts'],
    copies: [['electron/terminal/lock-down/pages', 'dist/shell/out-of-service']],
    scripts: [],
  },
  { name: 'host', configs: ['electron/host/vite.config.ts'], copies: [], scripts: [] },
  { name: 'device-host', configs: ['electron/device-host/vite.config.ts'], copies: [], scripts: [] },
  // The printer's dots for rare characters: they change with their font only.
  { name: 'glyphs', configs: [], copies: [], scripts: ['scripts/glyphs/make.ts'] },
  { name: 'renderer', configs: ['renderer/vite.config.ts'], copies: [], scripts: [] },
  // What electron-builder.yml takes in as it lies there.
  {
    name: 'beside-electron',
    configs: [],
    copies: [],
    scripts: ['scripts/package/beside-electron.ts'],
  },
  {
    name: 'host-tarball',
    configs: [],
    copies: [],
    scripts: ['scripts/package/host-tarball.ts'],
    onlyByName: true,
  },
  {
    name: 'host-deb',
    configs: [],
    copies: [],
    scripts: ['scripts/package/host-tarball.ts', 'scripts/package/host-deb.ts'],
    onlyByName: true,
  },
  {
    name: 'apt-repository',
    configs: [],
    copies: [],
    scripts: ['scripts/package/apt-repository.ts'],
    onlyByName: true,
  },
];

/** The targets of a command line, or the sentence that says what is wrong with it. */
export function chooseTargets(
  names: readonly string[],
):
  | { readonly ok: true; readonly targets: readonly BuildTarget[] }
  | { readonly ok: false; readonly problem: string } {
  const unknown = names.filter((name) => !buildTargets.some((target) => target.name === name));
  if (unknown.length > 0) {
    const known = buildTargets.map((target) => target.name).join(', ');
    return { ok: false, problem: `build: no target ${unknown.join(', ')}; there are ${known}` };
  }
  return {
    ok: true,
    targets: buildTargets.filter((target) =>
      names.length === 0 ? target.onlyByName !== true : names.includes(target.name),
    ),
  };
}
