import { useCallback, useEffect, useState } from 'react'
import { ask } from './ask.ts'

export interface Asked<Answer> {
  readonly answer: Answer | undefined
  readonly error: unknown
  readonly isAsking: boolean
  again(): void
}

/** What a route answers now, asked again when the path changes. The answer before stays until the next is there. */
export function useAsked<Answer>(path: string): Asked<Answer> {
  const [state, setState] = useState<{ path: string; answer?: Answer; error?: unknown }>({ path })
  const [count, setCount] = useState(0)
  const [isAsking, setAsking] = useState(true)
  // The count asks again.
  useEffect(() => {
    const leaving = new AbortController()
    setAsking(true)
    ask<Answer>(path, { signal: leaving.signal })
      .then((answer) => setState({ path, answer }))
      .catch((error) => leaving.signal.aborted || setState({ path, error }))
      .finally(() => leaving.signal.aborted || setAsking(false))
    return () => leaving.abort()
  }, [path, count])
  const again = useCallback(() => setCount((before) => before + 1), [])
  return { answer: state.answer, error: state.error, isAsking, again }
}
