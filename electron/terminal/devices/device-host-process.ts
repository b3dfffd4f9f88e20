/** The process that runs the drivers, however it is started: fork in Node, utilityProcess in Electron. */
export interface DeviceHostProcess {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; null when a signal ended it. */
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
}
