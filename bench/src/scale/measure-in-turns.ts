import type { Answer, Ask, Question, ScaleDomain } from './domain.ts'
import type { OpenSize } from './open-size.ts'
import { say } from './say.ts'

export interface Times {
  /** Milliseconds. */
  p50: number
  p95: number
}

const WARM_UP = 30
const CALLS = 600
/** Milliseconds for one question at most, of each size. */
const PATIENCE = 15_000

/**
 * Ask every question many times, one call after the other, each at one size after the other, so that whatever else the
 * machine does slows all of them alike. Answers the times of each size, in the order of the questions.
 */
export async function measureInTurns(domain: ScaleDomain, sizes: readonly OpenSize[]): Promise<Times[][]> {
  const questions = sizes.map(({ size }) => domain.questions(size))
  const measured: Times[][] = sizes.map(() => [])
  for (const [place, { kind, tool, about }] of (questions[0] ?? []).entries()) {
    const askers = await Promise.all(
      sizes.map((size, index) => askerOf(size, questions[index]?.[place] as Question)),
    )
    // What comes first would otherwise be measured while it is being compiled.
    await inTurns(askers, WARM_UP)
    const times = await inTurns(askers, CALLS)
    for (const [index, each] of times.entries()) {
      const sorted = each.toSorted((a, b) => a - b)
      measured[index]?.push({ p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) })
    }
    say(`${kind} ${tool} ${about}: ${measured.map((each) => each.at(-1)?.p50.toFixed(2)).join(' / ')} ms`)
  }
  return measured
}

/** Resolves with the milliseconds that a call took. */
type Asker = (call: number) => Promise<number>

async function askerOf({ server }: OpenSize, { tool, as, before, args }: Question): Promise<Asker> {
  const ask: Ask = async (tool, args, as) => {
    const result = await server.call(tool, args, { as })
    if (result.isError) throw new Error(`${tool} ${JSON.stringify(args)}: ${result.content[0]?.text}`)
    return result.structuredContent
  }
  const earlier: Answer = await before?.(ask)
  return async (call) => {
    const given = args(call, earlier)
    const startedAt = performance.now()
    await ask(tool, given, as)
    return performance.now() - startedAt
  }
}

/** Milliseconds of each call of each asker; of fewer calls when they take too long. */
async function inTurns(askers: readonly Asker[], calls: number): Promise<number[][]> {
  const times: number[][] = askers.map(() => [])
  const end = performance.now() + PATIENCE * askers.length
  for (let call = 0; call < calls && performance.now() < end; call += 1) {
    for (const [index, ask] of askers.entries()) times[index]?.push(await ask(call))
  }
  return times
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
