import type { Params, Result } from '@atoll/client'
import { InvalidError } from '@atoll/errors'
import type { Call, Peer } from '@atoll/server-kit'

/** Rounds of questions one call may take. */
const MAX_ROUNDS = 8

/**
 * A modern server asks by returning `input_required` and being called again (MCP basic/patterns/mrtr); a 2025-era
 * client is asked while its call is open. Where the client can be reached, stand between the two.
 * Throws InvalidError when it cannot, or when the questions do not end.
 */
export async function askingPeer(
  params: Params,
  call: Call,
  send: (params: Params) => Promise<Result>,
): Promise<Result> {
  let result = await send(params)
  for (let round = 0; result.resultType === 'input_required'; round++) {
    if (!call.peer)
      throw new InvalidError('This asks a question back, and your client has no way to answer it.')
    if (round === MAX_ROUNDS) throw new InvalidError('This asks one question after the other without an end.')
    const { inputRequests, requestState } = result
    const inputResponses = await answers(call.peer, inputRequests)
    result = await send({ ...params, inputResponses, ...(requestState !== undefined && { requestState }) })
  }
  return result
}

async function answers(peer: Peer, requests: unknown): Promise<Record<string, unknown>> {
  const asked = typeof requests === 'object' && requests !== null ? Object.entries(requests) : []
  const given: Record<string, unknown> = {}
  for (const [key, request] of asked) given[key] = await answer(peer, request as Question)
  return given
}

export interface Question {
  method?: unknown
  params?: Record<string, unknown>
}

export function answer(peer: Peer, { method, params = {} }: Question): Promise<Record<string, unknown>> {
  if (method === 'elicitation/create') return peer.elicit(params)
  if (method === 'sampling/createMessage') return peer.sample(params)
  if (method === 'roots/list') return peer.listRoots()
  throw new InvalidError('This asks for something that your client does not know.')
}
