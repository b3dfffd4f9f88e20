/** What the library hands to a message: the values by their names. */
interface Values {
  readonly named: (name: string) => unknown;
}

/**
 * Our texts know one sign, `{name}`: the library's compiler, for plurals, links and more, is a tenth of what the start page
 * runs, and is left out of the build (vite.config.ts).
 */
export function compileMessage(message: string): (values: Values) => string {
  const parts = message.split(/\{(\w+)\}/);
  if (parts.length === 1) return () => message;
  return ({ named }) =>
    parts.map((part, index) => (index % 2 === 0 ? part : String(named(part) ?? ''))).join('');
}
