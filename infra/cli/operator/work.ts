import { Presets, SingleBar } from "cli-progress";

/** Says whether the person at the keyboard wants to end: what is under way is finished, nothing new is begun. */
export interface Stop {
  readonly asked: boolean;
}

/** The first Ctrl-C asks, the second one ends at once. */
export function stopOnInterrupt(): Stop {
  const stop = { asked: false };
  process.once("SIGINT", () => {
    stop.asked = true;
    process.once("SIGINT", () => process.exit(130));
  });
  return stop;
}

/** Where a command writes: lines of text, and how far it came. */
export interface Screen {
  say(line: string): void;
  /** A bar up to a total; it is left where it stood at its end. */
  bar(what: string, total: number): Bar;
}

/** How far a piece of work came. */
export interface Bar {
  to(done: number): void;
  end(): void;
}

/** A person's terminal; where there is none, bars are left out. */
export const terminal: Screen = {
  say: (line) => console.log(line),
  bar(what, total) {
    const format = `  {bar} {value}/{total} ${what}  {duration_formatted}`;
    const bar = new SingleBar({ format, hideCursor: true, barsize: 24 }, Presets.shades_classic);
    bar.start(total, 0);
    return { to: (done) => bar.update(done), end: () => bar.stop() };
  },
};

/** `1 message`, `2 messages`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
