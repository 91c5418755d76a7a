import type { Instance } from '../api/model.ts'
import { instanceState } from '../fleet/server-state.ts'
import { duration } from '../parts/numbers.ts'
import { Scrolled } from '../parts/scrolled.tsx'
import { StateMark } from '../parts/state-mark.tsx'

export function InstanceTable({ instances }: { instances: readonly Instance[] }) {
  if (instances.length === 0) return <p className="faint">No instance is known.</p>
  return (
    <Scrolled label="Instances">
      <table>
        <caption className="unseen">Instances</caption>
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col">State</th>
            <th scope="col">Breaker</th>
            <th scope="col" className="number">
              In flight
            </th>
            <th scope="col" className="number">
              Latency
            </th>
            <th scope="col">Version</th>
            <th scope="col" className="number">
              Lease
            </th>
            <th scope="col">Known from</th>
          </tr>
        </thead>
        <tbody>
          {instances.map((instance) => {
            const { url, breaker, inFlight, latencyMs, version, leaseMs, sources } = instance
            const { mark, word } = instanceState(instance)
            return (
              <tr key={url}>
                <th scope="row">
                  <code>{url}</code>
                </th>
                <td>
                  <StateMark mark={mark}>{word}</StateMark>
                </td>
                <td>{breaker}</td>
                <td className="number">{inFlight}</td>
                <td className="number">{latencyMs === undefined ? 'not known' : duration(latencyMs)}</td>
                <td>{version ?? 'not known'}</td>
                <td className="number">{leaseMs === undefined ? 'none' : duration(leaseMs)}</td>
                <td>{sources.join(', ')}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scrolled>
  )
}
