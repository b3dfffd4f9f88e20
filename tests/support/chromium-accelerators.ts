/**
 * Every shortcut of Chromium's on Linux: chrome/browser/ui/views/accelerator_table.cc, with the developer tools' map and
 * those of Windows that differ. `keys` as xdotool and X call them. One that is `harmless` does nothing in a kiosk's
 * app window, and the reason is said.
 */
export interface Accelerator {
  readonly keys: string;
  readonly command: string;
  readonly harmless?: string;
}

const of = (command: string, ...keys: readonly string[]): readonly Accelerator[] =>
  keys.map((one) => ({ keys: one, command }));
const tabs = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export const accelerators: readonly Accelerator[] = [
  {
    keys: 'Escape',
    command: 'IDC_CLOSE_FIND_OR_STOP',
    harmless: 'stops a load; a page that stands has none',
  },
  { keys: 'Alt_L', command: 'IDC_FOCUS_MENU_BAR', harmless: 'an app window has no menu bar' },
  { keys: 'Alt_R', command: 'IDC_FOCUS_MENU_BAR', harmless: 'an app window has no menu bar' },
  ...of('IDC_CARET_BROWSING_TOGGLE', 'F7'),
  ...of('IDC_BOOKMARK_THIS_TAB', 'ctrl+d'),
  ...of('IDC_BOOKMARK_ALL_TABS', 'ctrl+shift+d'),
  ...of('IDC_CLOSE_TAB', 'ctrl+w', 'ctrl+F4', 'XF86Close'),
  ...of('IDC_CLOSE_WINDOW', 'ctrl+shift+w', 'alt+F4'),
  ...of('IDC_EXIT', 'ctrl+shift+q', 'ctrl+q'),
  ...of('IDC_FIND', 'ctrl+f'),
  ...of('IDC_FIND_NEXT', 'ctrl+g', 'F3'),
  ...of('IDC_FIND_PREVIOUS', 'ctrl+shift+g', 'shift+F3'),
  ...of('IDC_TAB_SEARCH', 'ctrl+shift+a'),
  ...of('IDC_FOCUS_LOCATION', 'ctrl+l', 'alt+d'),
  ...of('IDC_FOCUS_SEARCH', 'ctrl+k', 'ctrl+e', 'XF86Search'),
  ...of('IDC_FOCUS_TOOLBAR', 'alt+shift+t'),
  ...of('IDC_FOCUS_BOOKMARKS', 'alt+shift+b'),
  ...of('IDC_FOCUS_INACTIVE_POPUP_FOR_ACCESSIBILITY', 'alt+shift+a'),
  ...of('IDC_FOCUS_NEXT_PANE', 'F6'),
  ...of('IDC_FOCUS_PREVIOUS_PANE', 'shift+F6'),
  ...of('IDC_FOCUS_WEB_CONTENTS_PANE', 'ctrl+F6'),
  ...of('IDC_FOCUS_MENU_BAR', 'F10'),
  ...of('IDC_OPEN_FILE', 'ctrl+o'),
  ...of('IDC_PRINT', 'ctrl+p'),
  ...of('IDC_BASIC_PRINT', 'ctrl+shift+p'),
  ...of('IDC_SAVE_PAGE', 'ctrl+s'),
  ...of('IDC_RELOAD', 'ctrl+r', 'F5', 'XF86Refresh'),
  ...of('IDC_RELOAD_BYPASSING_CACHE', 'ctrl+shift+r', 'ctrl+F5', 'shift+F5', 'ctrl+XF86Refresh'),
  ...of('IDC_SELECT_NEXT_TAB', 'ctrl+Tab', 'ctrl+Next'),
  ...of('IDC_SELECT_PREVIOUS_TAB', 'ctrl+shift+Tab', 'ctrl+Prior'),
  ...of('IDC_MOVE_TAB_NEXT', 'ctrl+shift+Next'),
  ...of('IDC_MOVE_TAB_PREVIOUS', 'ctrl+shift+Prior'),
  ...tabs.flatMap((tab) => of(`IDC_SELECT_TAB ${tab}`, `ctrl+${tab}`, `alt+${tab}`, `ctrl+KP_${tab}`)),
  ...of('IDC_SHOW_BOOKMARK_BAR', 'ctrl+shift+b', 'XF86Favorites'),
  ...of('IDC_SHOW_BOOKMARK_MANAGER', 'ctrl+shift+o'),
  ...of('IDC_SHOW_DOWNLOADS', 'ctrl+j'),
  ...of('IDC_SHOW_HISTORY', 'ctrl+h'),
  ...of('IDC_SHOW_APP_MENU', 'alt+e', 'alt+f'),
  ...of('IDC_SHOW_AVATAR_MENU', 'ctrl+shift+m'),
  ...of('IDC_ZOOM_MINUS', 'ctrl+minus', 'ctrl+KP_Subtract', 'ctrl+shift+minus'),
  ...of('IDC_ZOOM_PLUS', 'ctrl+plus', 'ctrl+equal', 'ctrl+KP_Add'),
  ...of('IDC_ZOOM_NORMAL', 'ctrl+0', 'ctrl+KP_0'),
  ...of('IDC_HELP_PAGE_VIA_KEYBOARD', 'F1'),
  ...of('IDC_FULLSCREEN', 'F11'),
  ...of('IDC_BACK', 'alt+Left', 'XF86Back'),
  ...of('IDC_FORWARD', 'alt+Right', 'XF86Forward'),
  ...of('IDC_HOME', 'alt+Home', 'XF86HomePage'),
  ...of('IDC_NEW_TAB', 'ctrl+t', 'XF86New'),
  ...of('IDC_NEW_WINDOW', 'ctrl+n'),
  ...of('IDC_NEW_INCOGNITO_WINDOW', 'ctrl+shift+n'),
  ...of('IDC_RESTORE_TAB', 'ctrl+shift+t'),
  ...of('IDC_TASK_MANAGER', 'shift+Escape'),
  ...of('IDC_CLEAR_BROWSING_DATA', 'ctrl+shift+Delete'),
  ...of('IDC_FEEDBACK', 'alt+shift+i'),
  ...of('IDC_DEV_TOOLS_TOGGLE', 'F12'),
  ...of('IDC_DEV_TOOLS', 'ctrl+shift+i'),
  ...of('IDC_DEV_TOOLS_CONSOLE', 'ctrl+shift+j'),
  ...of('IDC_DEV_TOOLS_INSPECT', 'ctrl+shift+c'),
  ...of('IDC_VIEW_SOURCE', 'ctrl+u'),
  ...of('IDC_CONTENT_CONTEXT_LENS_REGION_SEARCH', 'ctrl+shift+e'),
  ...of('Windows: the window’s menu', 'alt+space'),
  ...of('the context menu by key', 'Menu', 'shift+F10'),
];

const domKeys: Readonly<Record<string, string>> = {
  ...{ Prior: 'PageUp', Next: 'PageDown', Left: 'ArrowLeft', Right: 'ArrowRight', Menu: 'ContextMenu' },
  ...{ minus: '-', plus: '+', equal: '=', KP_Add: '+', KP_Subtract: '-', space: ' ' },
  ...{ Alt_L: 'Alt', Alt_R: 'Alt', XF86Close: 'Close', XF86New: 'New' },
  ...{ XF86Search: 'BrowserSearch', XF86Favorites: 'BrowserFavorites', XF86Refresh: 'BrowserRefresh' },
  ...{ XF86Back: 'BrowserBack', XF86Forward: 'BrowserForward', XF86HomePage: 'BrowserHome' },
};

/** As a page, and Electron's window, are told of it. */
export function asKeyInput(keys: string) {
  const modifiers = keys.split('+');
  const named = modifiers.pop() ?? '';
  const has = (name: string): boolean => modifiers.includes(name);
  const typed = domKeys[named] ?? named.replace(/^KP_/, '');
  const key = has('shift') && typed.length === 1 ? typed.toUpperCase() : typed;
  const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key;
  return { key, code, control: has('ctrl'), shift: has('shift'), alt: has('alt'), meta: false };
}
