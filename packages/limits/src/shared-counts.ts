import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { mostOf } from './allowance.ts'
import { LEASE_SCRIPT } from './lease-script.ts'
import type { Answer, Question } from './question.ts'
import { redisReady } from './redis-ready.ts'
import { script } from './script.ts'

/** Counts that all replicas take from. All of it rejects while Redis is away. */
export interface SharedCounts {
  /** Resolves when they can be asked, or after a moment in which they could not. Never rejects. */
  ready(): Promise<void>
  /** One round trip for all questions. */
  ask(questions: readonly Question[]): Promise<readonly Answer[]>
  /** Say that this replica is there; resolves with how many are. */
  greet(): Promise<number>
  /** True for the first replica that asks so for this key before `until` (milliseconds since the epoch). */
  isFirst(key: string, until: number): Promise<boolean>
  /** This replica is no more. */
  leave(): Promise<void>
}

/** Milliseconds that a start waits for Redis. */
const PATIENCE = 1000
/** Milliseconds after which a replica that was not heard of is not counted. */
const FORGOTTEN_AFTER = 10_000

const lease = script(LEASE_SCRIPT)
const greeting = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
`)

export interface SharedCountsOptions {
  /** Takes the place of Redis's own clock: milliseconds since the epoch. */
  readonly clock?: () => number
}

/** `name` is what replicas have in common. All keys lie in one slot of a cluster. */
export function redisCounts(redis: Redis, name: string, { clock }: SharedCountsOptions = {}): SharedCounts {
  const prefix = `atoll:limits:{${name}}:`
  const replicas = `${prefix}replicas`
  const id = randomUUID()
  return {
    ready: () => redisReady(redis, PATIENCE),
    async ask(questions) {
      const args: (string | number)[] = [clock?.() ?? 0]
      for (const { counter, needed, wanted, back, used, alone, until } of questions) {
        const { allowance } = counter
        const speed = allowance.kind === 'rate' ? allowance.perSecond / 1000 : 0
        args.push(allowance.kind, mostOf(allowance), speed, needed, wanted, back, used, alone, until)
      }
      const keys = questions.map(({ key }) => `${prefix}count:${key}`)
      return readAnswers(await lease(redis, keys, args), questions.length)
    },
    async greet() {
      return Number(await greeting(redis, [replicas], [id, FORGOTTEN_AFTER]))
    },
    async isFirst(key, until) {
      return (await redis.set(`${prefix}said:${key}`, '1', 'PXAT', until, 'NX')) === 'OK'
    },
    async leave() {
      await redis.zrem(replicas, id)
    },
  }
}

function readAnswers(reply: unknown, count: number): Answer[] {
  if (!Array.isArray(reply) || reply.length !== count * 3)
    throw new TypeError('Redis did not answer as the script does')
  return Array.from({ length: count }, (_, index) => ({
    granted: Number(reply[index * 3]),
    left: Number(reply[index * 3 + 1]) / 1000,
    alone: Number(reply[index * 3 + 2]),
  }))
}
