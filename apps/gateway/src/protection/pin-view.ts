import type { ToolView } from './definitions.ts'

export type PinView = ReturnType<typeof pinView>

/** What is told of a tool's definition: hashes, no texts. */
export function pinView({
  server,
  tool,
  exposed,
  hash,
  state,
  isQuarantined,
  suspicions,
  pin,
  since,
}: ToolView) {
  return {
    ...{ server, tool, name: exposed, state, quarantined: isQuarantined, hash },
    ...(pin && {
      pinned: pin.hash,
      pinnedAt: new Date(pin.at).toISOString(),
      ...(pin.by !== undefined && { acceptedBy: pin.by }),
    }),
    ...(state !== 'pinned' && { since: new Date(since).toISOString() }),
    ...(suspicions.length > 0 && { suspicions }),
  }
}
