/** What is known about the machine, gathered in one place so that the plan is a pure function of it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isFile: (path: string) => boolean;
  /** Whether a browser that Playwright fetched earlier is there. */
  readonly playwrightBrowser: string | null;
  /** The text of /etc/os-release, empty where there is none. */
  readonly osRelease: string;
  readonly isRoot: boolean;
  readonly hasPasswordlessSudo: boolean;
}

export type BrowserStep =
  | { readonly step: 'use'; readonly path: string }
  | { readonly step: 'wrong-setting'; readonly path: string }
  | { readonly step: 'apt'; readonly sudo: boolean }
  | { readonly step: 'playwright' };

const linuxNames = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser'];

/** Where Chromium and Chrome are usually installed, by preference. */
export function usualPlaces(platform: NodeJS.Platform, env: Machine['env']): string[] {
  switch (platform) {
    case 'darwin': {
      const apps = ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium'];
      const folders = ['/Applications', ...(env['HOME'] ? [`${env['HOME']}/Applications`] : [])];
      return folders.flatMap((folder) => apps.map((app) => `${folder}/${app}`));
    }
    case 'win32': {
      const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe'];
      const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap(
        (name) => env[name] ?? [],
      );
      return folders.flatMap((folder) => programs.map((program) => `${folder}\\${program}`));
    }
    default: {
      const onPath = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
      const folders = [...new Set([...onPath, '/usr/bin', '/usr/local/bin'])];
      return [
        ...linuxNames.flatMap((name) => folders.map((folder) => `${folder}/${name}`)),
        '/opt/google/chrome/chrome',
      ];
    }
  }
}

/**
 * The steps to try in order until one gives a browser: what is there, Debian's package, Playwright's own.
 * A browser that the person named but that is not there ends the search: it must not be replaced silently.
 */
export function browserPlan(machine: Machine): BrowserStep[] {
  const named = machine.env['YIZHAN_BROWSER'];
  if (named) return [{ step: machine.isFile(named) ? 'use' : 'wrong-setting', path: named }];

  const installed =
    usualPlaces(machine.platform, machine.env).find(machine.isFile) ?? machine.playwrightBrowser;
  if (installed !== null) return [{ step: 'use', path: installed }];

  const steps: BrowserStep[] = [];
  if (isDebian(machine.osRelease)) {
    if (machine.isRoot) steps.push({ step: 'apt', sudo: false });
    else if (machine.hasPasswordlessSudo) steps.push({ step: 'apt', sudo: true });
  }
  return [...steps, { step: 'playwright' }];
}

/** Ubuntu's package of this name is a stub that wants snapd, which containers do not have. */
function isDebian(osRelease: string): boolean {
  const values = new Map(
    osRelease.split('\n').flatMap((line) => {
      const [, key, value] = /^(\w+)=["']?([^"']*)["']?$/.exec(line.trim()) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  );
  const family = [values.get('ID') ?? '', ...(values.get('ID_LIKE') ?? '').split(' ')];
  return family.includes('debian') && !family.includes('ubuntu');
}
