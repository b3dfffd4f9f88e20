import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { fault, type Fault } from '#contract/fault.ts';
import { err, type Result } from '#contract/result.ts';
import {
  CONTROL_ANSWERS_WITHIN_MS,
  controlAnswerSchema,
  controlSocketIn,
  type ControlRequest,
  type ControlState,
} from './control-protocol.ts';

/** Null: no terminal runs on that folder, or it answers nothing. */
export async function askTerminal(
  dataDir: string,
  request: ControlRequest,
): Promise<Result<ControlState, Fault> | null> {
  const socket = connect(controlSocketIn(dataDir));
  socket.setTimeout(CONTROL_ANSWERS_WITHIN_MS, () => socket.destroy());
  socket.write(`${JSON.stringify(request)}\n`);
  let answer: string;
  try {
    answer = await text(socket);
  } catch {
    return null;
  }
  const parsed = controlAnswerSchema.safeParse(jsonOrNull(answer));
  if (!parsed.success)
    return err(
      fault(
        'api.malformed',
        'another version of the terminal answers: it may have been done; `list` of that version says so',
      ),
    );
  return parsed.data;
}

function jsonOrNull(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return null;
  }
}
