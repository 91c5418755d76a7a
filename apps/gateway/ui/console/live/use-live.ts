import { createContext, useContext, useSyncExternalStore } from 'react'
import { LiveFleet, type LiveState } from './live-fleet.ts'

export const LiveContext = createContext(new LiveFleet())

/** The fleet of this second. */
export function useLive(): LiveState & { reload(): Promise<void> } {
  const live = useContext(LiveContext)
  const state = useSyncExternalStore(live.subscribe, live.state)
  return { ...state, reload: () => live.reload() }
}
