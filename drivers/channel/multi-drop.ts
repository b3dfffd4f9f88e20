import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from './simulator.ts';

/** Several simulators on one pair of wires: each hears the host, and all that the others answer. */
export class MultiDrop implements DeviceSimulator {
  readonly #members: readonly DeviceSimulator[];
  readonly #unplugged = new Set<DeviceSimulator>();

  constructor(members: readonly DeviceSimulator[]) {
    this.#members = members;
  }

  /** Takes one member's plug off the line, or puts it back; the others notice nothing. */
  setPlugged(member: DeviceSimulator, plugged: boolean): void {
    if (plugged) this.#unplugged.delete(member);
    else this.#unplugged.add(member);
  }

  attach(line: SimulatedLine): SimulatedPlug {
    const plugs = new Map<DeviceSimulator, SimulatedPlug>();
    const tell = (bytes: Uint8Array, speaker: DeviceSimulator | null): void => {
      for (const [member, plug] of plugs) {
        if (member !== speaker && !this.#unplugged.has(member)) plug.receive(bytes);
      }
    };
    for (const member of this.#members) {
      const plug = member.attach({
        send: (bytes) => {
          if (this.#unplugged.has(member)) return;
          line.send(bytes);
          tell(bytes, member);
        },
      });
      plugs.set(member, plug);
    }
    return {
      receive: (bytes) => tell(bytes, null),
      unplugged: () => {
        for (const plug of plugs.values()) plug.unplugged();
      },
    };
  }
}
