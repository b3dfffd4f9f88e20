import { isStorableJson } from '#contract/storable.ts';
import { err, ok, type Result } from '#contract/result.ts';

/** Beyond what any call of the contract needs, which is nine. */
const MAX_DEPTH = 32;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The value of a JSON text (RFC 8259) that everybody who reads it reads alike (RFC 7493): no name stands twice in an object, and
 * no text is one that a database or another language cannot hold. The error is a sentence without anything of the text.
 */
export function parseStrictJson(bytes: Uint8Array): Result<unknown, string> {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch {
    return err('the body is not JSON in UTF-8');
  }
  const trouble = troubleOf(text);
  if (trouble !== null) return err(trouble);
  return isStorableJson(value) ? ok(value) : err('a text holds U+0000 or half a surrogate pair');
}

/** What JSON.parse lets pass, in a text that it has parsed. */
function troubleOf(text: string): string | null {
  /** Of every object and array that is open: the names so far, or null for an array. */
  const open: (Set<string> | null)[] = [];
  let nameComesNext = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
      case '[':
        if (open.length === MAX_DEPTH) return 'the body is nested too deep';
        open.push(text[at] === '{' ? new Set() : null);
        nameComesNext = text[at] === '{';
        break;
      case '}':
      case ']':
        open.pop();
        nameComesNext = false;
        break;
      case ',':
        nameComesNext = open.at(-1) !== null;
        break;
      case '"': {
        const end = endOfText(text, at);
        const names = open.at(-1);
        if (nameComesNext && names) {
          const name = String(JSON.parse(text.slice(at, end + 1)));
          // Read as a member by one parser, and as something else by another.
          if (name === '__proto__') return 'a field has a name that no field may have';
          if (names.has(name)) return 'a field stands twice in one object';
          names.add(name);
        }
        nameComesNext = false;
        at = end;
        break;
      }
      default:
    }
  }
  return null;
}

/** The quotation mark that ends the text which begins at `start`. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
