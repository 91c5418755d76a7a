import { useMemo, useState } from 'react'
import { ChangedDefinitions } from '../definitions/changed-definitions.tsx'
import { visible } from '../definitions/visible.ts'
import { matching } from '../fleet/matching.ts'
import { serverState } from '../fleet/server-state.ts'
import { useLive } from '../live/use-live.ts'
import { counted, dateAndTime } from '../parts/numbers.ts'
import { SearchBox } from '../parts/search-box.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { useSession } from '../session-context.ts'
import { SwitchButton } from '../switches/switch-button.tsx'
import { linkTo } from '../use-route.ts'
import { InstanceTable } from './instance-table.tsx'
import { ToolTable } from './tool-table.tsx'
import { TrafficChart } from './traffic-chart.tsx'

export function ServerView({ name }: { name: string }) {
  const { servers, tools, offers, isLoaded } = useLive()
  const { isAdmin } = useSession()
  const [text, setText] = useState('')
  const own = tools.get(name)
  const shown = useMemo(() => matching(own ?? [], text), [own, text])
  const server = servers.find((each) => each.name === name)
  if (!server)
    return (
      <>
        <h1 tabIndex={-1}>{name}</h1>
        <p role="status">
          {isLoaded ? 'The gateway knows no server of this name.' : 'Asking for the fleet.'}{' '}
          {isLoaded && <a href={linkTo('')}>Go to the fleet.</a>}
        </p>
      </>
    )
  const { mark, word } = serverState(server)
  const { era, version, lastError, problemCount, noticeCount, revision } = server
  const offer = offers.get(name)
  const problems = offer?.problems ?? []
  return (
    <>
      <header className="title">
        <h1 tabIndex={-1}>{name}</h1>
        <StateMark mark={mark}>{word}</StateMark>
        <p className="faint">
          {[version && `version ${version}`, era && `${era} era`].filter(Boolean).join(', ')}
        </p>
        {isAdmin && <SwitchButton what={`server:${name}`} />}
      </header>
      {lastError && server.state !== 'up' && (
        <p className="problem">
          {lastError.message} <span className="faint">{dateAndTime(lastError.at)}</span>
        </p>
      )}
      <section aria-labelledby="traffic">
        <h2 id="traffic">Traffic</h2>
        <TrafficChart server={server} />
      </section>
      <section aria-labelledby="instances">
        <h2 id="instances">Instances</h2>
        <InstanceTable instances={server.instances} />
      </section>
      {problemCount + noticeCount > 0 && (
        <section aria-labelledby="problems">
          <h2 id="problems">Problems</h2>
          {problems.length > 0 ? (
            <ul>
              {problems.map((problem) => (
                <li key={problem}>{visible(problem)}</li>
              ))}
            </ul>
          ) : (
            <p>
              There are {counted(problemCount + noticeCount, 'problem')}, which those who run the gateway see.
            </p>
          )}
        </section>
      )}
      {isAdmin && noticeCount > 0 && <ChangedDefinitions server={name} revision={revision} />}
      <section aria-labelledby="tools">
        <h2 id="tools">{counted(own?.length ?? 0, 'tool')} for you</h2>
        {(own?.length ?? 0) > 8 && <SearchBox label="Find tools" value={text} onChange={setText} />}
        {shown.length > 0 ? (
          <ToolTable tools={shown} caption={`Tools of ${name}`} />
        ) : (
          <p className="faint">There is none that you are shown{text && ' and that matches'}.</p>
        )}
      </section>
      <More title="Prompts" names={offer?.prompts ?? []} />
      <More title="Resources" names={[...(offer?.resources ?? []), ...(offer?.resourceTemplates ?? [])]} />
    </>
  )
}

function More({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <details>
      <summary>
        {title} ({names.length})
      </summary>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
    </details>
  )
}
