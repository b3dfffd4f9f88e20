import { spawn } from 'node:child_process';
import { repositoryPath } from '../demo/child.ts';

const COUNT = /(\d+) passed/;

/** Every page in every appearance, upright and lying, by the browser tests' own runner. */
export function proveScreens(say: (line: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const runner = repositoryPath('node_modules/@playwright/test/cli.js');
    const child = spawn(process.execPath, [runner, 'test', 'every-screen.spec.ts'], {
      cwd: repositoryPath('.'),
      env: { ...process.env, YIZHAN_EVERY_SCREEN: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      for (const line of text.split('\n')) if (line.trim() !== '') say(line);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const passed = COUNT.exec(told)?.[1];
      if (code === 0 && passed !== undefined)
        resolve(`${passed} journeys, every page of each in every appearance`);
      else reject(new Error(`playwright ended with ${code ?? 'a signal'}`));
    });
  });
}
