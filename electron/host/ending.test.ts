import { expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { createEnding } from './ending.ts';

const never = new Promise<never>(() => undefined);

function anEnding({ closeTerminal = () => Promise.resolve() } = {}) {
  const happened: string[] = [];
  const clock = new SimulatedClock();
  const note = (what: string): Promise<void> => {
    happened.push(what);
    return Promise.resolve();
  };
  const ending = createEnding({
    clock,
    stopping: () => note('told'),
    closeTerminal: () => note('terminal').then(closeTerminal),
    exit: (code) => void note(`exit ${String(code)}`),
  });
  const entrance = (name: string) => ({ close: () => note(name) });
  return { ending, clock, happened, entrance };
}

it('closes what leads in before what is behind it, and ends as it was asked first', async () => {
  const { ending, happened, entrance } = anEnding();
  await ending.opened(Promise.resolve(entrance('screen')));
  await ending.opened(Promise.resolve(entrance('door')));
  await Promise.all([ending.end(75), ending.end(0)]);
  expect(happened).toEqual(['told', 'screen', 'door', 'terminal', 'exit 75']);
});

it('asked to end before anything listens: what opens then is closed, and the start goes no further', async () => {
  const { ending, clock, happened, entrance } = anEnding();
  const opening = Promise.withResolvers<ReturnType<typeof entrance>>();
  let wentOn = false;
  void ending.opened(opening.promise).then(() => {
    wentOn = true;
  });
  const ended = ending.end(75);
  opening.resolve(entrance('screen'));
  await ended;
  await clock.advance(0);
  expect(happened).toEqual(['told', 'screen', 'terminal', 'exit 75']);
  expect(wentOn).toBe(false);
});

it('waits a second for what does not open or close, and four for a store that hangs', async () => {
  const { ending, clock, happened } = anEnding({ closeTerminal: () => never });
  void ending.opened(never);
  void ending.opened(Promise.resolve({ close: () => never }));
  void ending.end(75);
  await clock.advance(999);
  expect(happened).toEqual(['told']);
  await clock.advance(1);
  expect(happened).toEqual(['told', 'terminal']);
  await clock.advance(3_000);
  expect(happened).toEqual(['told', 'terminal', 'exit 1']);
});
