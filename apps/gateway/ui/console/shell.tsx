import { useEffect, useRef } from 'react'
import { Button } from 'react-aria-components'
import { ask } from './api/ask.ts'
import { AuditView } from './audit/audit-view.tsx'
import { CallsView } from './calls/calls-view.tsx'
import { FleetView } from './fleet/fleet-view.tsx'
import { LimitsView } from './limits/limits-view.tsx'
import { AwayNote } from './live/away-note.tsx'
import { Connection } from './live/connection.tsx'
import { StateNews } from './live/state-news.tsx'
import { ServerView } from './server/server-view.tsx'
import { useSession } from './session-context.ts'
import { SwitchesView } from './switches/switches-view.tsx'
import { ToolView } from './tool/tool-view.tsx'
import { linkTo, type Route, useRoute } from './use-route.ts'

const LINKS = [
  { view: '', text: 'Fleet' },
  { view: 'calls', text: 'Calls' },
  { view: 'audit', text: 'Audit' },
  { view: 'limits', text: 'Limits' },
]
const ADMIN_LINKS = [{ view: 'switches', text: 'Kill switch' }]

/** What stands around every view: the way to the others, whether it is live, who is signed in. */
export function Shell({ onSignOut }: { onSignOut(): Promise<void> }) {
  const { subject, tenant, isAdmin } = useSession()
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  const shown = useRef(route)

  // Whoever goes elsewhere is told where they are, and starts at its top.
  useEffect(() => {
    if (shown.current.view === route.view && shown.current.name === route.name) return
    shown.current = route
    scrollTo({ top: 0 })
    const heading = main.current?.querySelector('h1')
    heading?.focus({ preventScroll: true })
    document.title = `${heading?.textContent ?? 'Fleet'} - Atoll console`
  }, [route])

  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header className="bar">
        <p className="brand">
          <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false">
            <circle cx="12" cy="12" r="9" fill="none" strokeWidth="3" strokeDasharray="12 3" />
            <circle cx="12" cy="12" r="2.5" />
          </svg>
          Atoll console
        </p>
        <nav aria-label="Views">
          <ul>
            {[...LINKS, ...(isAdmin ? ADMIN_LINKS : [])].map(({ view, text }) => (
              <li key={view}>
                <a href={linkTo(view)} aria-current={isWithin(route, view) ? 'page' : undefined}>
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Connection />
        <p className="person">
          <strong>{subject}</strong> <span className="faint">{tenant}</span>
          {isAdmin && <span className="chip role">admin</span>}
        </p>
        <Button className="small" onPress={() => void ask('sign-out', { body: {} }).finally(onSignOut)}>
          Sign out
        </Button>
      </header>
      <StateNews />
      <AwayNote />
      <main id="content" ref={main} tabIndex={-1}>
        <View route={route} isAdmin={isAdmin} />
      </main>
    </div>
  )
}

function View({ route: { view, name }, isAdmin }: { route: Route; isAdmin: boolean }) {
  if (view === '' || view === 'sign-in') return <FleetView />
  if (view === 'servers') return <ServerView key={name} name={name} />
  if (view === 'tools') return <ToolView key={name} name={name} />
  if (view === 'calls') return <CallsView />
  if (view === 'audit') return <AuditView />
  if (view === 'limits') return <LimitsView />
  if (view === 'switches' && isAdmin) return <SwitchesView />
  return (
    <>
      <h1 tabIndex={-1}>Nothing is here</h1>
      <p>
        Go to the <a href={linkTo('')}>fleet</a>.
      </p>
    </>
  )
}

function isWithin({ view: now }: Route, view: string): boolean {
  return now === view || (view === '' && ['servers', 'tools', 'sign-in'].includes(now))
}
