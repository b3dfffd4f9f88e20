/**
 * The three cookies of the door. `__Host-`: the browser takes them over TLS only, for this name and no other, and sends them
 * back nowhere else (RFC 6265bis §4.1.3.2). A browser sends them to every port of the name: each is ours by its own name.
 */
export const doorCookies = {
  /** Of a browser that waits to be let in. */
  knock: '__Host-yizhan_knock',
  /** Of one that was. */
  browser: '__Host-yizhan_browser',
  /** Of who is signed in there. */
  session: '__Host-yizhan_staff',
} as const;

type DoorCookie = (typeof doorCookies)[keyof typeof doorCookies];

/** As long as a browser keeps any (RFC 6265bis §5.5); it is set anew with each page. */
const LONGEST_SECONDS = 400 * 86_400;
/** Longer than any header of ours. */
const MAX_HEADER_CHARS = 2_000;

/** `lasting`: it stays when the browser is closed. */
export function setCookie(name: DoorCookie, value: string, lasting: boolean): string {
  const age = lasting ? `; Max-Age=${LONGEST_SECONDS}` : '';
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Strict${age}`;
}

export function dropCookie(name: DoorCookie): string {
  return `${name}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0`;
}

export function cookieOf(name: DoorCookie, header: string | undefined): string | null {
  if (header === undefined || header.length > MAX_HEADER_CHARS) return null;
  for (const part of header.split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}
