import { DeviceDriver, type IdentifyingSession } from './device-driver.ts';

/** Identifies one watch: what an earlier one still has under way is void. */
export type WatchNumber = number;

/** A device that takes what a person shows it only while somebody waits for that. */
export abstract class WatchedDriver<S extends IdentifyingSession> extends DeviceDriver<S> {
  #isWatched = false;
  #watch: WatchNumber = 0;

  /** null while nobody waits. */
  protected get presentWatch(): WatchNumber | null {
    return this.#isWatched ? this.#watch : null;
  }

  override disable(): Promise<void> {
    this.watch(false);
    return super.disable();
  }

  override close(): Promise<void> {
    this.watch(false);
    return super.close();
  }

  /** Watching anew forgets what was reported, so that it is reported again. Switching on twice is once. */
  watch(on: boolean): void {
    if (on === this.#isWatched) return;
    this.#isWatched = on;
    this.#watch += 1;
    if (on) this.watchBegins(this.#watch);
    else this.watchEnds();
  }

  protected isPresent(watch: WatchNumber): boolean {
    return watch === this.presentWatch;
  }

  protected abstract watchBegins(watch: WatchNumber): void;
  protected abstract watchEnds(): void;
}
