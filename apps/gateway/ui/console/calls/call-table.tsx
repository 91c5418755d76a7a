import { memo } from 'react'
import type { Call } from '../api/model.ts'
import { dateAndTime, duration, timeOfDay } from '../parts/numbers.ts'
import { Scrolled } from '../parts/scrolled.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { TraceMark } from '../parts/trace-mark.tsx'
import { linkTo } from '../use-route.ts'
import { callState } from './call-state.ts'

export function CallTable({
  calls,
  caption,
  hasDates,
}: {
  calls: readonly Call[]
  caption: string
  hasDates?: boolean
}) {
  return (
    <Scrolled label={caption}>
      <table className="calls">
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Outcome</th>
            <th scope="col">What</th>
            <th scope="col">Who</th>
            <th scope="col">Rule</th>
            <th scope="col" className="number">
              Took
            </th>
            <th scope="col">Trace</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <CallRow
              key={`${call.requestId} ${call.name} ${call.time}`}
              call={call}
              hasDates={hasDates ?? false}
            />
          ))}
        </tbody>
      </table>
    </Scrolled>
  )
}

const CallRow = memo(function CallRow({ call, hasDates }: { call: Call; hasDates: boolean }) {
  const { time, subject, tenant, server, kind, name, rule, reason, errorCode, durationMs, traceId } = call
  const { mark, word } = callState(call)
  return (
    <tr className={mark}>
      <td className="time">
        <time dateTime={new Date(time).toISOString()}>{hasDates ? dateAndTime(time) : timeOfDay(time)}</time>
      </td>
      <td>
        <StateMark mark={mark}>{word}</StateMark>
        {errorCode && <code className="code-of">{errorCode}</code>}
      </td>
      <td>
        {kind === 'tool' && name ? (
          <a href={linkTo('tools', fullName(server, name))}>{fullName(server, name)}</a>
        ) : (
          name
        )}
        {kind !== 'tool' && (
          <span className="faint">
            {' '}
            {kind} of {server}
          </span>
        )}
      </td>
      <td>
        {subject ?? 'nobody'} <span className="faint">{tenant}</span>
      </td>
      <td>
        {rule ?? <span className="faint">none</span>}
        {reason && <p className="faint">{reason}</p>}
      </td>
      <td className="number">{duration(durationMs)}</td>
      <td>
        <TraceMark id={traceId} />
      </td>
    </tr>
  )
})

/** Servers audit tools by their own names, the gateway by those that it shows. */
function fullName(server: string, name: string): string {
  return name.includes('__') || server === 'gateway' ? name : `${server}__${name}`
}
