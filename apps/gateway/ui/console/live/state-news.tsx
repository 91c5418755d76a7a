import { useEffect, useRef, useState } from 'react'
import { serverState } from '../fleet/server-state.ts'
import { useLive } from './use-live.ts'

/** Tells those who listen which server changed its state; others see it. */
export function StateNews() {
  const { servers } = useLive()
  const [news, setNews] = useState('')
  const known = useRef(new Map<string, string>())
  useEffect(() => {
    const now = new Map(servers.map((server) => [server.name, serverState(server).word]))
    const changed = [...now].filter(([name, word]) => (known.current.get(name) ?? word) !== word)
    known.current = now
    if (changed.length > 0) setNews(changed.map(([name, word]) => `${name} is ${word}`).join(', '))
  }, [servers])
  return (
    <p className="unseen" role="status">
      {news}
    </p>
  )
}
