import type { Server } from '../api/model.ts'
import { counted, duration, rate } from '../parts/numbers.ts'
import { StateMark } from '../parts/state-mark.tsx'
import { linkTo } from '../use-route.ts'
import { instanceState, paceOf, placeOf, serverState } from './server-state.ts'
import { CallBars, LatencyLine } from './sparkline.tsx'

/** Instances that a card names. */
const NAMED = 4

export function ServerCard({ server, toolCount }: { server: Server; toolCount: number }) {
  const { name, version, instances, problems, lastError, traffic } = server
  const { mark, word } = serverState(server)
  const { calls, errors, latency } = paceOf(server)
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
          <dd>{rate(calls)}</dd>
          <CallBars {...traffic} />
        </div>
        <div>
          <dt>latency</dt>
          <dd>{latency === undefined ? 'none' : duration(latency)}</dd>
          <LatencyLine {...traffic} />
        </div>
        <div className={errors > 0 ? 'failing' : ''}>
          <dt>errors/s</dt>
          <dd>{rate(errors)}</dd>
        </div>
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
      {problems.length > 0 && <p className="note">{counted(problems.length, 'problem')}</p>}
    </li>
  )
}
