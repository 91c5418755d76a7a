import { useCallback, useEffect, useState } from 'react'
import { ask, signedOut } from './api/ask.ts'
import type { Session } from './api/model.ts'
import { LiveFleet } from './live/live-fleet.ts'
import { LiveContext } from './live/use-live.ts'
import { Problem } from './parts/problem.tsx'
import { SessionContext } from './session-context.ts'
import { Shell } from './shell.tsx'
import { SignInView } from './sign-in-view.tsx'

/** The page of whoever is signed in, or the way in. */
export function App() {
  const [session, setSession] = useState<Session>()
  const [live, setLive] = useState<LiveFleet>()
  const [error, setError] = useState<unknown>()

  const look = useCallback(async () => {
    try {
      const found = await ask<Session>('session')
      setSession(found)
      setLive(found.signedIn ? new LiveFleet() : undefined)
      setError(undefined)
    } catch (failure) {
      setError(failure)
    }
  }, [])

  useEffect(() => {
    void look()
    const again = () => void look()
    signedOut.addEventListener('signed-out', again)
    return () => signedOut.removeEventListener('signed-out', again)
  }, [look])

  if (error !== undefined)
    return (
      <main className="alone">
        <h1>Atoll console</h1>
        <Problem error={error} />
        <button type="button" onClick={() => void look()}>
          Try again
        </button>
      </main>
    )
  if (!session) return null
  if (!session.signedIn || session.isAllowed === false || !live)
    return <SignInView session={session} onChange={look} />
  return (
    <SessionContext value={session}>
      <LiveContext value={live}>
        <Shell onSignOut={look} />
      </LiveContext>
    </SessionContext>
  )
}
