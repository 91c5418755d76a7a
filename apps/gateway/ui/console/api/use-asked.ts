import { useCallback, useEffect, useState } from 'react'
import { ask } from './ask.ts'

export interface Asked<Answer> {
  readonly answer: Answer | undefined
  readonly error: unknown
  readonly isAsking: boolean
  again(): void
}

/**
 * What a route answers now, asked again when the path, the body or the revision changes, and `every` so many
 * milliseconds. The answer before stays until the next is there.
 */
export function useAsked<Answer>(
  path: string,
  { body, revision, every }: { body?: object; revision?: string; every?: number } = {},
): Asked<Answer> {
  const text = body && JSON.stringify(body)
  const [state, setState] = useState<{ path: string; answer?: Answer; error?: unknown }>({ path })
  const [count, setCount] = useState(0)
  const [isAsking, setAsking] = useState(true)
  // The count and the revision ask again.
  useEffect(() => {
    const leaving = new AbortController()
    setAsking(true)
    ask<Answer>(path, { signal: leaving.signal, ...(text && { body: JSON.parse(text) }) })
      .then((answer) => setState({ path, answer }))
      .catch((error) => {
        // What was known of the same is better than nothing.
        if (!leaving.signal.aborted)
          setState((before) => ({ ...(before.path === path && before), path, error }))
      })
      .finally(() => leaving.signal.aborted || setAsking(false))
    return () => leaving.abort()
  }, [path, text, revision, count])
  const again = useCallback(() => setCount((before) => before + 1), [])
  useEffect(() => {
    if (every === undefined) return
    const timer = setInterval(again, every)
    return () => clearInterval(timer)
  }, [every, again])
  return { answer: state.answer, error: state.error, isAsking, again }
}
