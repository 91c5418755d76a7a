import type { Job, Part } from './job.ts'

/** Tokens of one run of the model: up to 30 ms of one core, which is what a query may have to wait for. */
const MOST_TOKENS = 192
/** Up to here a part is a query or a title. Short and long ones run apart, because attention is padded. */
const SHORT = 32

type Kind = 'short' | 'long'

/**
 * Chooses what the model runs next. Short and long parts take turns, and so do the jobs: neither does a query wait
 * for a document nor a document for all the queries.
 */
export function createSchedule() {
  const jobs: Job[] = []
  let last: Kind = 'long'

  return {
    add: (job: Job): void => {
      jobs.push(job)
    },
    remove: (id: number): void => {
      const place = jobs.findIndex((job) => job.id === id)
      if (place >= 0) jobs.splice(place, 1)
    },
    /** Empty when nothing waits. */
    next: (): Part[] => {
      const kinds = new Set(jobs.flatMap(({ next }) => (next ? [kindOf(next)] : [])))
      const other = last === 'long' ? 'short' : 'long'
      last = kinds.has(other) ? other : last
      const parts = fill(jobs, last)
      const first = jobs.shift()
      if (first) jobs.push(first)
      return parts
    },
  }
}

function fill(jobs: readonly Job[], kind: Kind): Part[] {
  const parts: Part[] = []
  let room = MOST_TOKENS
  let before: number
  do {
    before = parts.length
    for (const job of jobs) {
      const part = job.next
      if (!part || kindOf(part) !== kind || costOf(part) > room) continue
      job.take()
      parts.push(part)
      room -= costOf(part)
    }
  } while (parts.length > before)
  return parts
}

const kindOf = (part: Part): Kind => (part.tokens.length > SHORT ? 'long' : 'short')

const costOf = (part: Part): number => Math.max(1, part.tokens.length)
