import type { Result } from '@atoll/client'

/** The `_meta` key that says that an answer is an earlier one, and how old it is. */
export const STALE_META_KEY = 'dev.atoll/stale'

/** Mark an earlier answer, for programs in `_meta` and for models in words. `age` in milliseconds. */
export function asStale(result: Result, { age, why }: { age: number; why: string }): Result {
  const seconds = Math.round(age / 1000)
  const text = `This answer is ${seconds} s old and may be out of date. ${why}`
  const content = Array.isArray(result.content) ? result.content : []
  const meta = typeof result._meta === 'object' ? result._meta : undefined
  return {
    ...result,
    content: [...content, { type: 'text', text }],
    _meta: { ...meta, [STALE_META_KEY]: { ageMs: Math.round(age) } },
  }
}
