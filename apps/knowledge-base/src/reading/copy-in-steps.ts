import { setImmediate } from 'node:timers/promises'

/** Some milliseconds' work. */
const STEP = 4_000_000

/** A copy with memory of its own, made without holding up the thread for long. */
export async function copyInSteps(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const copy = new Uint8Array(bytes.length)
  for (let at = 0; at < bytes.length; at += STEP) {
    if (at > 0) await setImmediate()
    copy.set(bytes.subarray(at, at + STEP), at)
  }
  return copy
}
