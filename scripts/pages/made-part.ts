/** The part of a page in docs/ that is made from what runs, between two marks; a test says when it is not what runs. */

const END = '<!-- End of what is made. -->';

/** The page with its made part made anew. Throws when the page has no such part. */
export function withMadePart(page: string, begin: string, made: string): string {
  const start = page.indexOf(begin);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error('the page has lost the marks of its made part');
  return `${page.slice(0, start)}${begin}\n\n${made}\n\n${page.slice(end)}`;
}

export function code(text: string): string {
  return `\`${text}\``;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
