import type { RandomUnit } from '#contract/ports.ts';
import {
  lineDisplayDialectSchema,
  type DisplayTemplate,
  type LineDisplayDialect,
} from '#contract/queue-display.ts';
import type { DeviceSimulator } from '#drivers/channel/simulator.ts';
import { byteAt, concat, toHex } from '#drivers/codec/bytes.ts';
import { commands, encodeRequest } from '#drivers/id-card-reader/protocol.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '#drivers/id-card-reader/simulator.ts';
import { encodeLines, encodeReset } from '#drivers/line-display/protocol.ts';
import { LineDisplaySimulator } from '#drivers/line-display/simulator.ts';
import { encodeWriteOne, encodeWriteText } from '#drivers/modbus-display/protocol.ts';
import { ModbusDisplaySimulator } from '#drivers/modbus-display/simulator.ts';
import { areaCommand, clearCommand, switchCommand } from '#drivers/onbon-display/commands.ts';
import { encodeFrame, HOST_ADDRESS } from '#drivers/onbon-display/protocol.ts';
import { OnbonSimulator } from '#drivers/onbon-display/simulator.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { scannerProfile } from '#drivers/scanner/profiles.ts';
import { encodeTrigger } from '#drivers/scanner/protocol.ts';
import { ScannerSimulator } from '#drivers/scanner/simulator.ts';
import { armflyText, chineseBoard, numberBoard } from '#drivers/template-display/examples.ts';
import { encodeContent } from '#drivers/template-display/protocol.ts';
import { TemplateDisplaySimulator } from '#drivers/template-display/simulator.ts';
import { integer, noPause, oneOf, type ParserUnderProof, type StreamParser } from './parser.ts';

/** Everything that reads what a host sends: the simulators' ends of the lines. */

/** What the device answers stands for what it has understood. */
function answersOf(simulator: DeviceSimulator, isRefusal: (answer: Uint8Array) => boolean): StreamParser {
  const answers: string[] = [];
  const plug = simulator.attach({
    send: (bytes) => {
      if (!isRefusal(bytes)) answers.push(toHex(bytes));
    },
  });
  return {
    push: (bytes) => {
      plug.receive(bytes);
      return answers.splice(0);
    },
    pause: noPause,
  };
}

/** The answer that a fresh device gives to exactly this. */
function answerTo(create: () => StreamParser, request: Uint8Array): string {
  const [answer, ...others] = [create().push(request)].flat();
  if (typeof answer !== 'string' || others.length > 0) throw new Error('no single answer to a good frame');
  return answer;
}

function answering(
  name: string,
  create: () => StreamParser,
  request: (random: RandomUnit) => Uint8Array,
  facts: Pick<ParserUnderProof, 'check' | 'resyncBytes'>,
): ParserUnderProof {
  return {
    name,
    shape: 'stream',
    create,
    frame: (random) => {
      const bytes = request(random);
      return { bytes, meaning: answerTo(create, bytes) };
    },
    ...facts,
  };
}

const STATUS_WRONG_CHECK = 0x10;

const cardRequests = answering(
  'id-card reader: requests',
  () =>
    answersOf(
      new CardReaderSimulator({
        clock: new SimulatedClock(),
        samId: EXAMPLE_SAM_ID,
        baudRate: null,
        habits: FRANK_MODULE,
      }),
      (answer) => byteAt(answer, 9) === STATUS_WRONG_CHECK,
    ),
  (random) =>
    encodeRequest(
      oneOf(random, [commands.samStatus, commands.samId, commands.findCard, commands.selectCard]),
    ),
  { check: 'none', resyncBytes: 80 },
);

const noRefusal = () => false;

const onbonRequests = answering(
  'Onbon display: requests',
  () => answersOf(new OnbonSimulator({ clock: new SimulatedClock(), screen: 3 }), noRefusal),
  (random) =>
    encodeFrame({
      destination: 3,
      source: HOST_ADDRESS,
      data: oneOf(random, [
        switchCommand(true, 'acknowledge'),
        clearCommand('acknowledge'),
        areaCommand(
          { width: 8, heightPx: 16, lines: ['请A012号'], colour: null, speech: null },
          'acknowledge',
        ),
      ]),
    }),
  { check: 'sees-every-bit', resyncBytes: 0 },
);

const modbusRequests = answering(
  'modbus display: requests',
  () => answersOf(new ModbusDisplaySimulator({ clock: new SimulatedClock(), unit: 1 }), noRefusal),
  (random) =>
    random() < 0.5
      ? encodeWriteOne(1, 0, integer(random, 0, 9_999))
      : encodeWriteText(1, 0x70, `A${integer(random, 100, 999)}`),
  { check: 'sees-every-bit', resyncBytes: 32 },
);

function scannerRequests(id: 'newland' | 'register'): ParserUnderProof {
  const profile = scannerProfile(id);
  if (profile === null) throw new Error(`no profile ${id}`);
  return answering(
    `scanner: requests to ${id}`,
    () =>
      answersOf(new ScannerSimulator({ clock: new SimulatedClock(), profile, baudRate: null }), noRefusal),
    (random) => encodeTrigger(id, random() < 0.5) ?? new Uint8Array(0),
    { check: 'none', resyncBytes: 0 },
  );
}

function templateFrames(name: string, template: DisplayTemplate): ParserUnderProof {
  const readingOf = (simulator: TemplateDisplaySimulator) => {
    const { shown } = simulator;
    return shown === null ? '' : `${shown.number ?? ''}|${shown.texts.map(toHex).join('|')}`;
  };
  const create = (): StreamParser => {
    const simulator = new TemplateDisplaySimulator(new SimulatedClock(), template);
    const plug = simulator.attach({ send: () => undefined });
    return {
      push: (bytes) => {
        const readings: string[] = [];
        for (let at = 0; at < bytes.length; at += 1) {
          const before = simulator.frameCount;
          plug.receive(bytes.subarray(at, at + 1));
          if (simulator.frameCount !== before) readings.push(readingOf(simulator));
        }
        return readings;
      },
      pause: noPause,
    };
  };
  return answering(
    `template display: frames of ${name}`,
    create,
    (random) => {
      const ticket = `A${integer(random, 100, 999)}`;
      const content = { ticket, window: '3', text: null, flash: false, speech: null };
      const frame = encodeContent(template, content);
      if (!frame.ok) throw new Error('an example that does not take a ticket');
      return frame.value;
    },
    { check: template === armflyText ? 'none' : 'sees-every-bit', resyncBytes: 64 },
  );
}

function lineDisplay(dialect: LineDisplayDialect): ParserUnderProof {
  return {
    name: `line display: ${dialect}`,
    shape: 'screen',
    create: () => {
      const simulator = new LineDisplaySimulator(dialect);
      const plug = simulator.attach({ send: () => undefined });
      return {
        push: (bytes) => {
          plug.receive(bytes);
          return [simulator.lines.map((line) => line.trimEnd()).join('|')];
        },
        pause: noPause,
      };
    },
    frame: (random) => {
      const digits = String(integer(random, 100, 999));
      const bytes = concat([encodeReset(dialect), encodeLines(dialect, [digits, '3'])]);
      return { bytes, meaning: dialect === 'led-8' ? digits : `${digits}|3` };
    },
    check: 'none',
    // ESC Q may have been cut off: its text goes on to the longest line that there is.
    resyncBytes: 80,
  };
}

export const simulatorParsers: readonly ParserUnderProof[] = [
  cardRequests,
  scannerRequests('newland'),
  scannerRequests('register'),
  onbonRequests,
  modbusRequests,
  ...lineDisplayDialectSchema.options.map(lineDisplay),
  templateFrames('the number board', numberBoard),
  templateFrames('armfly in ASCII', armflyText),
  templateFrames('the Chinese board', chineseBoard),
];
