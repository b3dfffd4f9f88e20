export interface Switch {
  readonly name: string;
  readonly value?: string;
}

/**
 * Chromium features that a kiosk must not have: they talk to the network by themselves, show their own
 * surfaces over the page, or react to gestures.
 */
const disabledFeatures = [
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'GlobalMediaControls',
  'HardwareMediaKeyHandling',
  'MediaRouter',
  'OptimizationHints',
  'OverscrollHistoryNavigation',
  'TouchpadOverscrollHistoryNavigation',
  'Translate',
] as const;

/** Given to Chromium before it starts; appending after `ready` has no effect. */
export const switches: readonly Switch[] = [
  { name: 'disable-features', value: disabledFeatures.join(',') },
  { name: 'disable-background-networking' },
  { name: 'disable-component-update' },
  { name: 'disable-domain-reliability' },
  { name: 'disable-breakpad' },
  { name: 'disable-sync' },
  { name: 'disable-speech-api' },
  { name: 'no-default-browser-check' },
  { name: 'no-first-run' },
  { name: 'no-pings' },
  { name: 'disable-pinch' },
  { name: 'overscroll-history-navigation', value: '0' },
  { name: 'autoplay-policy', value: 'no-user-gesture-required' },
  { name: 'force-webrtc-ip-handling-policy', value: 'disable_non_proxied_udp' },
  { name: 'no-proxy-server' },
  { name: 'lang', value: 'zh-CN' },
];

/**
 * Switches that would open the terminal from its command line; whoever may edit the start command owns the
 * machine, but a left-over debugging flag in a unit file must not stay unseen: the start is refused.
 */
export const refusedSwitches: readonly string[] = [
  'no-sandbox',
  'disable-web-security',
  'remote-debugging-port',
  'remote-debugging-pipe',
  'inspect',
  'inspect-brk',
  'inspect-port',
  'js-flags',
  'load-extension',
  'allow-file-access-from-files',
  'ignore-certificate-errors',
  'host-rules',
  'host-resolver-rules',
];

/** The part of `app.commandLine` that is used. */
export interface CommandLine {
  appendSwitch(name: string, value?: string): void;
  hasSwitch(name: string): boolean;
}

export function applySwitches(commandLine: CommandLine): void {
  for (const { name, value } of switches) {
    if (value === undefined) commandLine.appendSwitch(name);
    else commandLine.appendSwitch(name, value);
  }
}

export function findRefusedSwitches(commandLine: CommandLine): readonly string[] {
  return refusedSwitches.filter((name) => commandLine.hasSwitch(name));
}
