/** PostgreSQL stores every text but two: U+0000, and half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** The same of every text in a value of JSON, names of members too. Its depth must be bounded. */
export function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  // The strokes of a signature are hundreds of pairs of numbers: a list has no names that need a look.
  if (Array.isArray(value)) return value.every(isStorableJson);
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorableJson(member));
}
