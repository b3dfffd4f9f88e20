/** Where Debian's, UOS's and Kylin's Chromium reads what must be so (docs/operations/kiosk-session.md). */
export const POLICY_FILE = '/etc/chromium/policies/managed/yizhan.json';

const BLOCK = 2;

/**
 * Chromium's enterprise policy for a kiosk, by the names of its policy list (chromeenterprise.google/policies). It holds
 * where no page of ours is: in a window that somebody opened all the same, in an error page, in a dialog.
 * `origin`: of the terminal's screen, `http://127.0.0.1:PORT`. `pages`: an absolute folder
 * that the session's own pages lie in, at whatever depth: its name has the version in it.
 */
export function chromiumPolicy(origin: string, pages: string) {
  return {
    URLBlocklist: ['*', 'view-source:*', 'chrome://*', 'devtools://*', 'file:///*', 'javascript://*'],
    URLAllowlist: [origin, `file://${pages}`],
    // Address, search and new tab lead nowhere.
    DefaultSearchProviderEnabled: false,
    SearchSuggestEnabled: false,
    HomepageIsNewTabPage: false,
    NewTabPageLocation: 'about:blank',
    IncognitoModeAvailability: 1,
    BrowserGuestModeEnabled: false,
    BrowserAddPersonEnabled: false,
    BrowserSignin: 0,
    SyncDisabled: true,
    DefaultPopupsSetting: BLOCK,
    // Not DeveloperToolsAvailability: it would shut the session's own watch over its page out as well (`Not allowed` at
    // Target.attachToTarget). The page takes their keys, `devtools:` is blocked above, and the session closes their window.
    ExtensionInstallBlocklist: ['*'],
    TaskManagerEndProcessEnabled: false,
    BookmarkBarEnabled: false,
    EditBookmarksEnabled: false,
    // No paper but the receipt's, no file in and none out.
    PrintingEnabled: false,
    DownloadRestrictions: 3,
    AllowFileSelectionDialogs: false,
    DefaultFileSystemReadGuardSetting: BLOCK,
    DefaultFileSystemWriteGuardSetting: BLOCK,
    // Nobody at a kiosk can answer a question of the browser: each is answered here.
    AudioCaptureAllowed: false,
    VideoCaptureAllowed: false,
    VideoCaptureAllowedUrls: [origin],
    ScreenCaptureAllowed: false,
    DefaultGeolocationSetting: BLOCK,
    DefaultNotificationsSetting: BLOCK,
    DefaultSensorsSetting: BLOCK,
    DefaultSerialGuardSetting: BLOCK,
    DefaultWebBluetoothGuardSetting: BLOCK,
    DefaultWebHidGuardSetting: BLOCK,
    DefaultWebUsbGuardSetting: BLOCK,
    DefaultClipboardSetting: BLOCK,
    DefaultLocalFontsSetting: BLOCK,
    DefaultWindowManagementSetting: BLOCK,
    // Nothing of a resident is offered to the next one.
    PasswordManagerEnabled: false,
    AutofillAddressEnabled: false,
    AutofillCreditCardEnabled: false,
    SavingBrowserHistoryDisabled: true,
    TranslateEnabled: false,
    SpellcheckEnabled: false,
    DefaultBrowserSettingEnabled: false,
    BackgroundModeEnabled: false,
    ComponentUpdatesEnabled: false,
    MetricsReportingEnabled: false,
    CommandLineFlagSecurityWarningsEnabled: false,
  } as const;
}
