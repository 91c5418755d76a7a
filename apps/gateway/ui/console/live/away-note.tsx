import { timeOfDay } from '../parts/numbers.ts'
import { useLive } from './use-live.ts'

/** While nothing is heard of the gateway, whatever the page shows is of the past. */
export function AwayNote() {
  const { connection, toldAt } = useLive()
  if (connection !== 'reconnecting' || toldAt === undefined) return null
  return (
    <p className="away" role="alert">
      The gateway cannot be reached. What you see is of {timeOfDay(toldAt)}; it goes on by itself when the
      gateway is back.
    </p>
  )
}
