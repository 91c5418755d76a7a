import type { Random } from '@atoll/scale-data'

/** How much of it is noise that no text made. */
const NOISE = 0.25

/** A vector that lies among those of a sample: two of them in some proportion, and a little noise; of length 1. */
export function mixVectors(sample: readonly Float32Array[], random: Random): Float32Array {
  const one = random.pick(sample)
  const other = random.pick(sample)
  const share = random.next()
  const noise = NOISE / Math.sqrt(one.length)
  const mixed = one.map(
    (value, at) => value * share + (other[at] ?? 0) * (1 - share) + random.normal() * noise,
  )
  const length = Math.hypot(...mixed)
  return mixed.map((value) => value / length)
}
