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

/** What every Chromium of a kiosk gets: in Electron (before `ready`, later has no effect), and as a program of its own. */
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
