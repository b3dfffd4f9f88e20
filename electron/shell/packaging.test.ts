import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const readConfig = () => parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));

interface Validator {
  validateConfiguration(
    config: unknown,
    debugLogger: { readonly isEnabled: boolean; add(): void },
  ): Promise<void>;
}

/** electron-builder's own check, which needs no network; it is not part of its typed interface. */
function validate(config: unknown): Promise<void> {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  const validator: Validator = builder('app-builder-lib/out/util/config/config');
  return validator.validateConfiguration(config, { isEnabled: false, add: () => undefined });
}

describe('electron-builder.yml', () => {
  test('is what electron-builder understands', async () => {
    await expect(validate(readConfig())).resolves.toBeUndefined();
  });

  test('an unknown key would be found by the same check', async () => {
    await expect(validate({ ...readConfig(), electronFusses: {} })).rejects.toThrow(/electronFusses/);
    await expect(validate({ ...readConfig(), electronFuses: { runAsNodes: false } })).rejects.toThrow(
      /electronFuses/,
    );
  });

  test('sets every fuse that there is, and none is left to a default', () => {
    expect(readConfig().electronFuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      grantFileProtocolExtraPrivileges: false,
      onlyLoadAppFromAsar: true,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      loadBrowserProcessSpecificV8Snapshot: false,
    });
  });

  test('builds nothing native, and unpacks what cannot be loaded from an archive', () => {
    const config = readConfig();
    expect(config).toMatchObject({ npmRebuild: false, nodeGypRebuild: false, asar: true });
    expect(config.asarUnpack).toEqual(['node_modules/@serialport/bindings-cpp/prebuilds/**/*']);
  });

  test('gives folders an ASCII name and people a Chinese one', () => {
    const config = readConfig();
    for (const name of [config.productName, config.executableName, config.deb.packageName, config.appId]) {
      expect(name).toMatch(/^[A-Za-z.]+$/);
    }
    expect(config.linux.desktop.entry['Name[zh_CN]']).toBe('一站便民服务终端');
    expect(config.extraMetadata.desktopName).toBe(`${config.appId}.desktop`);
  });

  test('replaces the dependencies of the deb by its own list, with what its units run and a Chinese font', () => {
    expect(readConfig().deb.depends).toEqual(
      expect.arrayContaining(['nodejs (>= 24)', 'cage', 'libnss3', 'libgbm1', 'fonts-noto-cjk']),
    );
  });

  test('packages for the systems that stations have, each by the packager that docs/operations/install.md lists', () => {
    const { linux, win, mac } = readConfig();
    expect([linux.target, win.target, mac]).toEqual([['deb', 'AppImage'], ['nsis'], undefined]);
  });

  test('has no switch of a packager’s own: the shell refuses those that weaken it, and would not start', () => {
    const { linux, deb, appImage } = readConfig();
    for (const options of [linux, deb, appImage ?? {}]) expect(options).not.toHaveProperty('executableArgs');
  });

  test('gives the deb the plain host’s maintainer scripts and what they hand on, and nothing of that to Windows', () => {
    const { linux, deb, win, nsis, extraFiles } = readConfig();
    const beside = 'dist/beside-electron';
    expect(linux.extraFiles).toEqual([{ from: beside, to: '.' }]);
    expect([deb.afterInstall, deb.afterRemove]).toEqual([
      `${beside}/packaging/deb/postinst`,
      `${beside}/packaging/deb/postrm`,
    ]);
    for (const options of [win, nsis, { extraFiles }]) expect(options.extraFiles).toBeUndefined();
  });

  test('tells fpm what electron-builder has no setting for, and paths last: fpm takes no option behind the first of them', () => {
    const given: readonly string[] = readConfig().deb.fpm;
    const firstPath = given.findIndex((word) => !word.startsWith('--'));
    expect(given.slice(0, firstPath)).toEqual([
      '--before-remove=dist/beside-electron/packaging/deb/prerm',
      '--conflicts=yizhan-host',
    ]);
    expect(given.slice(firstPath)).toEqual(['dist/beside-electron/packaging/apt/=/usr/lib/systemd/system']);
  });

  test('has the home page without which electron-builder makes no deb', () => {
    expect(readConfig().extraMetadata.homepage).toMatch(/^https:/);
  });

  test('installs on Windows where the kiosk’s account cannot write, starts nothing as an administrator, and keeps the store', () => {
    expect(readConfig().nsis).toMatchObject({
      ...{ oneClick: false, perMachine: true, allowToChangeInstallationDirectory: false },
      ...{ runAfterFinish: false, differentialPackage: false, deleteAppDataOnUninstall: false },
    });
  });

  test('publishes nowhere by itself', () => {
    expect(readConfig().publish).toBeNull();
  });
});
