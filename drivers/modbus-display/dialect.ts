import { fault } from '#contract/fault.ts';
import type { ModbusDisplaySettings } from '#contract/queue-display.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Answer, DisplayDialect, DisplayRequest } from '../runtime/display-dialect.ts';
import {
  AnswerParser,
  answerTo,
  encodeWriteOne,
  encodeWriteText,
  EXCEPTION_BUSY,
  exceptionMeaning,
  type ModbusAnswer,
} from './protocol.ts';

/** Every delay of one exchange; windows answer within 50 ms. */
export const modbusDelays = { answerMs: 300, probeMs: 150, retryMs: 100 } as const;

/** What one signed register holds. */
const MAX_NUMBER = 32_767;

/**
 * One window that speaks Modbus RTU. It has no name to ask for: that it takes what should stand there is all
 * it can say, and its value register does not wear out as its settings registers may.
 */
export function modbusDialect(settings: ModbusDisplaySettings): DisplayDialect {
  return {
    protocol: 'modbus',
    identity: `Modbus window ${settings.unit}`,
    delays: modbusDelays,
    answersNameDisplay: true,
    question: null,
    show: ({ ticket }) => {
      const bytes = requestFor(ticket, settings);
      return bytes.ok ? ok(request(bytes.value)) : bytes;
    },
    clear: request(blank(settings)),
    // Unit 0 reaches every window, and clones were not seen to obey it.
    clearAll: null,
  };
}

function request(bytes: Uint8Array): DisplayRequest {
  const expected = answerTo(bytes);
  return {
    bytes,
    reader: () => {
      const parser = new AnswerParser();
      return {
        push: (received) => {
          const answer = parser.push(received).find((next) => isAnswer(next, expected));
          return answer === undefined ? null : meaningOf(answer);
        },
      };
    },
  };
}

function meaningOf(answer: ModbusAnswer): Answer {
  if (answer.type === 'written') return { type: 'taken' };
  const { exception } = answer;
  return {
    type: 'refused',
    fault: fault('device.refused', `exception ${exception}: ${exceptionMeaning(exception)}`),
    passes: exception === EXCEPTION_BUSY,
  };
}

/** Another window's late answer, or another register's, says nothing about this request. */
function isAnswer(answer: ModbusAnswer, expected: ModbusAnswer): boolean {
  if (answer.unit !== expected.unit || answer.code !== expected.code) return false;
  if (answer.type === 'exception' || expected.type === 'exception') return true;
  return answer.register === expected.register && answer.second === expected.second;
}

/** Faults: device.refused. A shortened number would call somebody else. */
function requestFor(ticket: string, settings: ModbusDisplaySettings): Result<Uint8Array> {
  const { unit, digits, shows } = settings;
  if (shows.type === 'ascii') {
    if (ticket.length > digits)
      return err(fault('device.refused', `${ticket.length} characters, and room for ${digits}`));
    return ok(encodeWriteText(unit, shows.register, ticket.padEnd(digits, ' ')));
  }
  const number = ticket.replace(/\D/g, '').replace(/^0+(?=\d)/, '');
  if (number === '' || number.length > digits || Number(number) > MAX_NUMBER)
    return err(fault('device.refused', `${number.length} digits, and room for ${digits}`));
  return ok(encodeWriteOne(unit, shows.register, Number(number)));
}

/** A numeric window cannot be dark: 0 is no ticket. */
function blank(settings: ModbusDisplaySettings): Uint8Array {
  const { unit, digits, shows } = settings;
  return shows.type === 'ascii'
    ? encodeWriteText(unit, shows.register, ' '.repeat(digits))
    : encodeWriteOne(unit, shows.register, 0);
}
