import { shallowRef, watch, type ShallowRef } from 'vue';
import { deviceNotices, type DeviceNotices } from './device-notices.ts';
import { useTerminal } from './terminal-store.ts';

/** What the devices ask for at this moment. */
export function useDeviceNotices(): Readonly<ShallowRef<DeviceNotices>> {
  const terminal = useTerminal();
  const notices = shallowRef<DeviceNotices>(new Map());
  watch(
    () => terminal.station?.devices,
    (devices) => {
      if (devices) notices.value = deviceNotices(devices, notices.value);
    },
    { immediate: true },
  );
  return notices;
}
