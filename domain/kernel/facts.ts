import type { CaptureVersion, Instant } from "../../events/values.ts";

/** Orders versions of one fact: a signed one last, by time, rank (a re-read wins a tie), then the payload's hash. */
export function compareVersions(a: CaptureVersion, b: CaptureVersion): number {
  return (
    Number(a.signed ?? false) - Number(b.signed ?? false) ||
    compareText(a.at, b.at) ||
    a.rank - b.rank ||
    compareText(a.hash, b.hash)
  );
}

/** True when `candidate` should replace `current`; equal versions are the same fact. */
export const isNewer = (candidate: CaptureVersion, current: CaptureVersion | undefined): boolean =>
  current === undefined || compareVersions(candidate, current) > 0;

/** Code-unit order: the same on every machine, unlike a locale's. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The later of two instants. */
export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);
