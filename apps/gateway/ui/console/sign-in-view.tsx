import { useState } from 'react'
import { Button } from 'react-aria-components'
import { ask } from './api/ask.ts'
import type { Session } from './api/model.ts'
import { Problem } from './parts/problem.tsx'
import { linkTo, useRoute } from './use-route.ts'

/** The ways in; for somebody who is in without the console's scope, the way out. */
export function SignInView({ session, onChange }: { session: Session; onChange(): Promise<void> }) {
  const { view, name } = useRoute()
  const [error, setError] = useState<unknown>()

  async function change(path: string, body: object): Promise<void> {
    try {
      await ask(path, { body })
      if (view === 'sign-in') location.hash = ''
      await onChange()
      setError(undefined)
    } catch (failure) {
      setError(failure)
    }
  }

  return (
    <main className="alone">
      <h1>Atoll console</h1>
      {view === 'sign-in' && name !== '' && (
        <p className="problem" role="alert">
          {name}
        </p>
      )}
      {session.signedIn ? (
        <>
          <p>
            You are signed in as {session.subject} of {session.tenant}, without the scope{' '}
            <code>gateway:console</code> that this page needs. Ask those who run the gateway for it.
          </p>
          <Button onPress={() => void change('sign-out', {})}>Sign out</Button>
        </>
      ) : (
        <>
          <p>The fleet of servers behind this gateway: what they do, for whom, and what was refused.</p>
          {session.ways.oauth && (
            <a className="button strong" href={wayIn(view, name)}>
              Sign in
            </a>
          )}
          {session.ways.people.length > 0 && (
            <section aria-labelledby="people">
              <h2 id="people">People of the demonstration</h2>
              <ul className="people">
                {session.ways.people.map(({ subject, tenant, about }) => (
                  <li key={subject}>
                    <Button onPress={() => void change('sign-in', { subject })}>Continue as {subject}</Button>
                    <span className="faint">{[tenant, about].filter(Boolean).join(', ')}</span>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {!session.ways.oauth && session.ways.people.length === 0 && (
            <p>Nobody can sign in at this gateway.</p>
          )}
        </>
      )}
      <Problem error={error} />
    </main>
  )
}

/** Leads back to the view that somebody came for. */
function wayIn(view: string, name: string): string {
  if (view === '' || view === 'sign-in') return '/console/sign-in'
  const wanted = linkTo(view, name === '' ? undefined : name).slice('#/'.length)
  return `/console/sign-in?${new URLSearchParams({ view: wanted })}`
}
