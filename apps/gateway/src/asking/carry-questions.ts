import type { Params, Result } from '@atoll/client'
import type { Call } from '@atoll/server-kit'
import type { Route } from '../fleet.ts'
import { answer, askingPeer } from './ask-peer.ts'
import type { HeldCalls, Send } from './held-calls.ts'

/** Send a request whose server may ask back, whichever way server and client do that. */
export function carryQuestions(
  { route, method, call }: { route: Route; method: string; call: Call },
  params: Params,
  held: HeldCalls,
  send: Send,
): Promise<Result> {
  const { peer } = call
  if (route.upstream.discovery?.era !== 'legacy') return askingPeer(params, call, send)
  if (call.era === 'modern') return held.carry(method, params, call, send)
  if (!peer) return send(params)
  return send(params, {
    call,
    onRequest: (asked, about) => answer(peer, { method: asked, params: { ...about } }),
  })
}
