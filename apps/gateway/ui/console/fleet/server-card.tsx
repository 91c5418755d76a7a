import { memo } from 'react'
import type { Server } from '../api/model.ts'
import { counted, duration, rate } from '../parts/numbers.ts'
import { StateMark } from '../parts/state-mark.tsx'
import { linkTo } from '../use-route.ts'
import { instanceState, paceOf, placeOf, serverState } from './server-state.ts'
import { CallBars, LatencyLine } from './sparkline.tsx'

/** Instances that a card names. */
const NAMED = 4

export const ServerCard = memo(function ServerCard(props: { server: Server; toolCount: number }) {
  const { server, toolCount } = props
  const { name, version, instances, problemCount, noticeCount, lastError, traffic } = server
  const { mark, word } = serverState(server)
  const { calls, failed, declined, refused, latency } = paceOf(server)
  return (
    <li className={`card ${mark}`}>
      <div className="head">
        <h2>
          <a href={linkTo('servers', name)}>{name}</a>
        </h2>
        <StateMark mark={mark}>{word}</StateMark>
      </div>
      <p className="faint">
        {counted(toolCount, 'tool')}
        {version && `, version ${version}`}
      </p>
      <dl className="figures">
        <div>
          <dt>calls/s</dt>
          <dd>
            {rate(calls)} <span className="most">most {rate(Math.max(...traffic.calls))}</span>
          </dd>
          <CallBars {...traffic} />
        </div>
        <div>
          <dt>latency</dt>
          <dd>
            {latency === undefined ? 'none' : duration(latency)}{' '}
            {Math.max(...traffic.latency) > 0 && (
              <span className="most">most {duration(Math.max(...traffic.latency))}</span>
            )}
          </dd>
          <LatencyLine {...traffic} />
        </div>
      </dl>
      <dl className="ends">
        <End name="failed/s" value={failed} kind="failing" />
        <End name="said no/s" value={declined} kind="declining" />
        <End name="refused/s" value={refused} kind="declining" />
      </dl>
      <ul className="instances" aria-label={`Instances of ${name}`}>
        {instances.slice(0, NAMED).map((instance) => (
          <li key={instance.url}>
            <StateMark {...instanceState(instance)}>{instanceState(instance).word}</StateMark>
            <span className="place" title={instance.url}>
              {placeOf(instance.url)}
            </span>
            <span className="faint">
              {instance.inFlight > 0 && `${instance.inFlight} in flight, `}
              {instance.latencyMs !== undefined && duration(instance.latencyMs)}
            </span>
          </li>
        ))}
        {instances.length > NAMED && (
          <li className="faint">and {counted(instances.length - NAMED, 'other')}</li>
        )}
        {instances.length === 0 && <li className="faint">No instance is known.</li>}
      </ul>
      {mark === 'bad' && lastError && <p className="note">{lastError.message}</p>}
      {problemCount > 0 && <p className="note">{counted(problemCount, 'problem')}</p>}
      {noticeCount > 0 && (
        <p className="notice">{counted(noticeCount, 'definition', 'definitions')} to look at</p>
      )}
    </li>
  )
})

function End({ name, value, kind }: { name: string; value: number; kind: string }) {
  return (
    <div className={value > 0 ? kind : ''}>
      <dt>{name}</dt>
      <dd>{rate(value)}</dd>
    </div>
  )
}
