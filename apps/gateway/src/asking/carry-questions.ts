import type { Discovery, Params, Result } from '@atoll/client'
import type { Call } from '@atoll/server-kit'
import type { Route } from '../fleet.ts'
import type { Upstream } from '../upstream.ts'
import { answer, askingPeer } from './ask-peer.ts'
import { type HeldCalls, isHeldState, type Send } from './held-calls.ts'

/**
 * Send a request whose server may ask back, whichever way server and client do that. While a server is upgraded its
 * instances are of both eras, and which of them answers is known afterwards.
 */
export function carryQuestions(
  { route, method, call }: { route: Route; method: string; call: Call },
  params: Params,
  held: HeldCalls,
  send: Send,
): Promise<Result> {
  const { peer } = call
  if (call.era === 'legacy') {
    if (!peer) return askingPeer(params, call, send)
    const onRequest = (asked: string, about: Params) => answer(peer, { method: asked, params: { ...about } })
    return askingPeer(params, call, (each) => send(each, { call, onRequest }))
  }
  if (!speaks('legacy', route.upstream)) return send(params)
  const { requestState } = params
  const isOfServer = requestState !== undefined && !isHeldState(requestState)
  return isOfServer && speaks('modern', route.upstream)
    ? held.begin(method, params, call, send)
    : held.carry(method, params, call, send)
}

/** Whether an instance is of this era, as far as is known. */
function speaks(era: Discovery['era'], { discovery, client: { instances } }: Upstream): boolean {
  if (discovery?.era === era) return true
  for (const instance of instances) if (instance.discovery?.era === era) return true
  return false
}
