import { useMemo, useState } from 'react'
import type { Server } from '../api/model.ts'
import { useLive } from '../live/use-live.ts'
import { counted, rate } from '../parts/numbers.ts'
import { SearchBox } from '../parts/search-box.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { ToolTable } from '../server/tool-table.tsx'
import { linkTo } from '../use-route.ts'
import { matching } from './matching.ts'
import { ServerCard } from './server-card.tsx'
import { paceOf, serverState } from './server-state.ts'

export function FleetView() {
  const { servers, tools, isLoaded } = useLive()
  const [text, setText] = useState('')
  const all = useMemo(() => [...tools.values()].flat(), [tools])
  const found = useMemo(() => (text.trim() === '' ? [] : matching(all, text)), [all, text])
  const shown = text.trim() === '' ? servers : matching(servers, text)
  const pace = servers.map(paceOf)
  const sum = (key: 'calls' | 'failed') => pace.reduce((total, each) => total + each[key], 0)
  const up = servers.filter(({ state }) => state === 'up').length
  return (
    <>
      <header className="title">
        <h1 tabIndex={-1}>Fleet</h1>
        <p className="summary">
          <span>
            <strong>
              {up} of {servers.length}
            </strong>{' '}
            servers up
          </span>
          <span>
            <strong>{rate(sum('calls'))}</strong> calls/s
          </span>
          <span>
            <strong>{rate(sum('failed'))}</strong> failed/s
          </span>
          <span>
            <strong>{all.length}</strong> {all.length === 1 ? 'tool' : 'tools'} for you
          </span>
        </p>
        <Troubled servers={servers} />
      </header>
      <SearchBox label="Find servers and tools" value={text} onChange={setText} />
      {!isLoaded && <p role="status">Asking for the fleet.</p>}
      <ul className="cards" aria-label="Servers">
        {shown.map((server) => (
          <ServerCard key={server.name} server={server} toolCount={tools.get(server.name)?.length ?? 0} />
        ))}
      </ul>
      {isLoaded && shown.length === 0 && (
        <p className="faint">
          {text === '' ? 'No server is known to the gateway.' : 'No server is called so.'}
        </p>
      )}
      {text.trim() !== '' && (
        <section aria-labelledby="found">
          <h2 id="found">{counted(found.length, 'tool')} found</h2>
          {found.length > 0 && <ToolTable tools={found} caption="Tools found" />}
        </section>
      )}
    </>
  )
}

/** Leads to what needs somebody, wherever its card is. */
function Troubled({ servers }: { servers: readonly Server[] }) {
  const troubled = servers.filter((server) => ['bad', 'warning'].includes(serverState(server).mark))
  if (troubled.length === 0) return null
  return (
    <ul className="troubled" aria-label="In trouble">
      {troubled.map((server) => (
        <li key={server.name}>
          <a href={linkTo('servers', server.name)}>{server.name}</a>{' '}
          <StateMark {...serverState(server)}>{serverState(server).word}</StateMark>
        </li>
      ))}
    </ul>
  )
}
