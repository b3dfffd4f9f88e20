/** How a screen finds the terminal; shared by both ends so that neither guesses. */

/** WebSocket path of the API on the Node host and on the bench's server. */
export const RPC_PATH = '/rpc';

/** In Electron the preload hands the MessagePort to the page with `window.postMessage(PORT_MESSAGE, …, [port])`. */
export const PORT_MESSAGE = 'yizhan:port';

/** The page asks the preload for a port (again after a reload) with `window.postMessage(PORT_REQUEST)`. */
export const PORT_REQUEST = 'yizhan:port-request';

/** Name of the session cookie that `/enter?token=…` sets (HttpOnly, SameSite=Strict). */
export const SESSION_COOKIE = 'yizhan_session';

/** The board's own: a browser sends cookies to every port of a host. */
export const BOARD_COOKIE = 'yizhan_board';

/** Sets the cookie from the token in the printed address and goes on to the page. */
export const ENTER_PATH = '/enter';

/** Posts an id and a PIN (contract/access.ts) through the LAN door, and sets the cookie of the session. */
/** The technician's console, beside the page behind `/`: the same at the kiosk and through the door. */
export const TECHNICIAN_PAGE = '/technician.html';
export const SIGN_IN_PATH = '/sign-in';

/** Ends the session of this browser. */
export const SIGN_OUT_PATH = '/sign-out';

/** WebSocket close code of a connection whose session or admission has ended (RFC 6455 §7.4.2: 4000–4999 are ours). */
export const CLOSE_SIGNED_OUT = 4401;

/** Where the kiosk's session posts what became of its screen (contract/screen-news.ts), with the screen's token as bearer. */
export const SCREEN_NEWS_PATH = '/screen/news';
