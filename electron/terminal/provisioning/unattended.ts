import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { channelAddressSchema, deviceIdSchema } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import type { JudgedTest } from '#contract/provisioning.ts';
import {
  screenMmSchema,
  terminalNumbersSchema,
  type ProvisioningSnapshot,
} from '#contract/provisioning-api.ts';
import { isGreen } from '#contract/readiness.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Provisioning } from './provisioning.ts';

/** What a technician would say at the screen. Secrets are never in it: the code is in a file of its own. */
export const answersSchema = z.strictObject({
  language: z.enum(['zh', 'en']).default('zh'),
  /** Absent: the station's file says all of it. */
  terminal: terminalNumbersSchema.optional(),
  screen: screenMmSchema,
  /** Absent: this terminal is enrolled already. */
  enrolmentCodeFile: z.string().min(1).max(400).optional(),
  /** Of devices that are not where the station's file says, or not here. */
  devices: z
    .array(
      z.strictObject({
        id: deviceIdSchema,
        channel: channelAddressSchema.optional(),
        isHere: z.boolean().default(true),
      }),
    )
    .max(32)
    .default([]),
});
export type Answers = z.infer<typeof answersSchema>;

const MAX_ANSWERS_BYTES = 65_536;
const MAX_CODE_BYTES = 1_024;

/** Faults: `config.unreadable`, `config.syntax`, `config.wrong-value`, each with what is wrong. */
export function readAnswers(file: string): Result<Answers> {
  let text: string;
  try {
    if (statSync(file).size > MAX_ANSWERS_BYTES)
      return err(fault('config.unreadable', `${file} is too large`));
    text = readFileSync(file, 'utf8');
  } catch {
    return err(fault('config.unreadable', `${file} cannot be read`));
  }
  let said: unknown;
  try {
    said = parse(text);
  } catch (error) {
    return err(fault('config.syntax', `${file}: ${error instanceof Error ? error.message : ''}`));
  }
  const parsed = answersSchema.safeParse(said);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err(fault('config.wrong-value', `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`));
}

/**
 * True: the report has no red line, and the configuration stands. Followed again, it goes on where it was. Fault: `config.unreadable`, the file of
 * the code, which is not needed any more by a terminal that is enrolled.
 */
export async function followFile(provisioning: Provisioning, answers: Answers): Promise<Result<boolean>> {
  const obey = async (command: Parameters<Provisioning['do']>[0]): Promise<void> => {
    provisioning.do(command);
    await provisioning.settled();
  };
  await provisioning.settled();
  await obey({ do: 'language', language: answers.language });
  // Who writes a file has measured with a ruler, and knows both sides.
  await obey({ do: 'screen', ...answers.screen, ratio: 1 });
  if (answers.terminal !== undefined) await obey({ do: 'terminal', ...answers.terminal });
  const isEnrolled = stateOf(provisioning.snapshot(), 'enrolment') === 'green';
  const code =
    answers.enrolmentCodeFile === undefined || isEnrolled ? null : readCode(answers.enrolmentCodeFile);
  if (code?.ok === false) return code;
  if (code !== null) await obey({ do: 'enrol', code: code.value });
  for (const { id, channel, isHere } of answers.devices) {
    const known = provisioning.snapshot().devices.find((device) => device.id === id);
    if (channel !== undefined && known?.channel !== channel) await obey({ do: 'bind', device: id, channel });
    if (known !== undefined && known.isLeftOut === isHere)
      await obey({ do: 'leave-out', device: id, out: !isHere });
  }
  for (const { id, isLeftOut } of provisioning.snapshot().devices)
    if (!isLeftOut) await obey({ do: 'identify', device: id });
  await obey({ do: 'test', test: 'printer' });
  for (const test of unseen) await obey({ do: 'nobody-there', test });
  await obey({ do: 'report' });
  const { lines } = provisioning.snapshot();
  if (!isGreen({ lines })) return ok(false);
  await obey({ do: 'finish' });
  return ok(provisioning.snapshot().isFinished);
}

/** What needs eyes, ears or a card. */
const unseen: readonly JudgedTest[] = ['card', 'display', 'camera', 'sound'];

/** One line of each of the report, for whoever reads the log of ten terminals. */
export function saidOf({ lines, report }: ProvisioningSnapshot): readonly string[] {
  const said = lines.map(({ item, device, state, code, detail }) =>
    [state, device === null ? item : `${item} ${device}`, code, detail]
      .filter((part) => part !== null)
      .join('  '),
  );
  return [...said, `report  printed ${report?.printed ?? 'not'}  sent ${report?.sent ?? 'not'}`];
}

function stateOf({ lines }: ProvisioningSnapshot, item: string): string | undefined {
  return lines.find((line) => line.item === item)?.state;
}

function readCode(file: string): Result<string> {
  try {
    if (statSync(file).size <= MAX_CODE_BYTES) return ok(readFileSync(file, 'utf8').trim());
    return err(fault('config.unreadable', `enrolmentCodeFile: ${file} is too large`));
  } catch {
    return err(fault('config.unreadable', `enrolmentCodeFile: ${file} cannot be read`));
  }
}
