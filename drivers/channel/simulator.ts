/** The device's end of a line, as a simulator sees it. */
export interface SimulatedLine {
  /** Bytes from the device to the host. */
  send(bytes: Uint8Array): void;
}

export interface SimulatedPlug {
  /** Bytes from the host to the device. */
  receive(bytes: Uint8Array): void;
  /** The cable was pulled: nothing more may be sent. */
  unplugged(): void;
}

/** A device that can be put on any line: in memory, on a TCP port, behind a pty. */
export interface DeviceSimulator {
  attach(line: SimulatedLine): SimulatedPlug;
}
