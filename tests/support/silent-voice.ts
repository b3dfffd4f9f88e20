import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { languageSchema } from '#contract/localized.ts';
import type { ClipManifest } from '#contract/speech.ts';
import { callsZh } from '../../renderer/locale/calls.zh.ts';

const SAMPLES_PER_SECOND = 8_000;
const SILENCE_MS = 100;
/** Of eight bits without a sign. */
const NO_SOUND = 128;
const HEADER_BYTES = 44;

const pages = [
  ...[
    'home',
    'find',
    'guide',
    'chain',
    'choose-steps',
    'help',
    'modes',
    'leave',
    'goodbye',
    'idle',
    'mistake',
  ],
  ...['consent', 'card', 'card-read', 'group', 'paper', 'review', 'blocked', 'lost', 'received'],
  ...['progress-ways', 'progress-card', 'progress-number', 'progress-list', 'progress-case'],
].map((name) => `page.${name}`);
const questions = ['text', 'name', 'phone', 'radio', 'select', 'date', 'address', 'signature'].map(
  (type) => `page.question.${type}`,
);

/**
 * A folder with a package of clips for each language, all silent: with it a station can be asked to read its pages
 * aloud, and its board says the calls. It goes with this process.
 */
export function silentVoice(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yizhan-voice-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const language of languageSchema.options) {
    const home = join(folder, language);
    mkdirSync(home, { recursive: true });
    const calls = language === 'zh' ? Object.keys(callsZh) : [];
    const clips = Object.fromEntries([...pages, ...questions, ...calls].map((id) => [id, 'silence.wav']));
    writeFileSync(join(home, 'silence.wav'), silence());
    writeFileSync(join(home, 'clips.json'), JSON.stringify({ language, clips } satisfies ClipManifest));
  }
  return folder;
}

/** RIFF WAVE, one channel of eight bits (Multimedia Programming Interface 1.0, chapter 3). */
function silence(): Buffer {
  const sampleCount = (SAMPLES_PER_SECOND * SILENCE_MS) / 1_000;
  const wave = Buffer.alloc(HEADER_BYTES + sampleCount, NO_SOUND);
  wave.write('RIFF', 0, 'latin1');
  wave.writeUInt32LE(HEADER_BYTES - 8 + sampleCount, 4);
  wave.write('WAVEfmt ', 8, 'latin1');
  wave.writeUInt32LE(16, 16);
  wave.writeUInt16LE(1, 20);
  wave.writeUInt16LE(1, 22);
  wave.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  wave.writeUInt32LE(SAMPLES_PER_SECOND, 28);
  wave.writeUInt16LE(1, 32);
  wave.writeUInt16LE(8, 34);
  wave.write('data', 36, 'latin1');
  wave.writeUInt32LE(sampleCount, 40);
  return wave;
}
