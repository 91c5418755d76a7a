import { setFlagsFromString } from 'node:v8'

/**
 * Have V8 collect garbage so that few calls wait for it, for as long as this process lives. What each does, and what was
 * measured: docs/decisions/2026-11-22-collections-that-are-rare.md.
 */
export function collectGarbageForLatency(): void {
  // A full collection finds many calls under way and concludes that what calls allocate lives long: from then on V8 would
  // allocate it among the old, where it keeps young objects alive that are long done with.
  setFlagsFromString('--no-allocation-site-pretenuring')
  // The heap may double before the next full collection, instead of growing by a tenth.
  setFlagsFromString('--heap-growing-percent=100')
}
