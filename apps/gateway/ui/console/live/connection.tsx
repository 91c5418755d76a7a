import { type Mark, StateMark } from '../parts/state-mark.tsx'
import { useLive } from './use-live.ts'

const MARKS: Readonly<Record<string, Mark>> = { live: 'good', connecting: 'unknown', reconnecting: 'warning' }

/** Whether what is shown is of now. */
export function Connection() {
  const { connection } = useLive()
  return (
    <p className="connection" role="status">
      <StateMark mark={MARKS[connection] ?? 'unknown'}>{connection}</StateMark>
    </p>
  )
}
