import type { Instance } from './instance.ts'

type Candidate = Pick<Instance, 'inFlight' | 'latency' | 'isResting' | 'isShut' | 'weight'>

/**
 * The better of two picked by chance ("power of two choices"): it spreads load nearly as well as asking all, and
 * many who choose at once do not choose the same. Those in `tried` are only taken when there is no other.
 */
export function choose<T extends Candidate>(
  candidates: readonly T[],
  tried: readonly T[] | undefined = undefined,
  random = Math.random,
): T | undefined {
  const { length } = candidates
  if (length < 2) return candidates[0]
  const first = Math.floor(random() * length)
  // Any but the first.
  const second = (first + 1 + Math.floor(random() * (length - 1))) % length
  const better = betterOf(candidates[first] as T, candidates[second] as T)
  if (!better.isResting && !better.isShut && !tried?.includes(better)) return better
  return choose(fitOf(candidates, tried), undefined, random)
}

function fitOf<T extends Candidate>(candidates: readonly T[], tried: readonly T[] | undefined): readonly T[] {
  const fresh = tried ? candidates.filter((each) => !tried.includes(each)) : candidates
  const open = (fresh.length > 0 ? fresh : candidates).filter((each) => !each.isShut)
  const awake = open.filter((each) => !each.isResting)
  if (awake.length > 0) return awake
  // All rest: one of them is as good as another, and the first of them ends the choosing.
  return [open[0] ?? fresh[0] ?? candidates[0]] as readonly T[]
}

/** How many times slower one must be for that to count: less is chance. */
const CLEARLY = 2

/** Who is to have twice as much may be twice as busy. */
function betterOf<T extends Candidate>(a: T, b: T): T {
  const { latency: ofA } = a
  const { latency: ofB } = b
  // A newcomer's speed is not known.
  if (ofA === 0 || ofB === 0 || (ofA < ofB * CLEARLY && ofB < ofA * CLEARLY))
    return a.inFlight * b.weight <= b.inFlight * a.weight ? a : b
  return (a.inFlight + 1) * b.weight * ofA <= (b.inFlight + 1) * a.weight * ofB ? a : b
}
