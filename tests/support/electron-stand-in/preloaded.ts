/** For `node --import`: whoever imports Electron gets the stand-in, and what listens says where. */
import { subscribe } from 'node:diagnostics_channel';
import { registerHooks } from 'node:module';
import type { Server } from 'node:net';

const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

// Node's own channel, whose message its documentation gives (diagnostics_channel, "Net").
subscribe('tracing:net.server.listen:asyncEnd', (message) => {
  const { server } = message as { readonly server: Server };
  process.stdout.write(`${JSON.stringify({ listens: server.address() })}\n`);
});

// A packaged app has no script in its command line.
process.argv.splice(1, 1);
