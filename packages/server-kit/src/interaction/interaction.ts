import { ConflictError, InvalidError } from '@atoll/errors'
import { z } from 'zod'
import type { InputRequest, Interaction } from '../define/interaction.ts'
import { MISSING_CLIENT_CAPABILITY, ProtocolError } from '../edge/protocol-error.ts'
import type { Call, Peer } from '../edge/service.ts'
import type { Invocation } from '../pipeline/invocation.ts'
import { AskAlone } from './ask-alone.ts'
import { InputRequired } from './input-required.ts'
import { canAnswer, formParams, requiredCapability } from './wire.ts'

const AGREEMENT = z.object({ confirm: z.boolean().describe('Whether to go ahead') })

/** How one call asks its client; `answers` are those of earlier rounds. */
export function createInteraction({
  call,
  answers,
  deadline,
  isForOthers,
}: Pick<Invocation, 'call' | 'answers' | 'deadline' | 'isForOthers'>): Interaction {
  const can = (kind: InputRequest['kind']) =>
    (call.era === 'modern' || call.peer !== undefined) && canAnswer(kind, call.clientCapabilities)

  const ask = async (requests: Readonly<Record<string, InputRequest>>) => {
    const found: Record<string, unknown> = {}
    const open: Record<string, InputRequest> = {}
    for (const [key, request] of Object.entries(requests)) {
      if (Object.hasOwn(answers, key)) found[key] = parseAnswer(request, answers[key])
      else open[key] = request
    }
    const kinds = Object.values(open).map((request) => request.kind)
    if (kinds.length === 0) return found
    const missing = kinds.find((kind) => !can(kind))
    if (missing !== undefined) throw cannotAsk(call, missing)
    if (call.era === 'modern') throw new InputRequired(open, answers)
    if (isForOthers) throw new AskAlone()
    deadline.pause()
    try {
      for (const [key, request] of Object.entries(open)) {
        found[key] = parseAnswer(request, await askPeer(call.peer as Peer, request))
      }
    } finally {
      deadline.resume()
    }
    return found
  }

  return {
    can,
    // Answers are parsed against their own requests above, which is what the mapped type says.
    ask: ask as Interaction['ask'],
    async confirm(message, given) {
      if (given === true) return
      if (given === false) throw new ConflictError('Nothing was done, because confirm is false.')
      if (!can('form')) {
        throw new InvalidError(
          `${message} Nothing was done yet: call again with confirm: true if the person agrees.`,
        )
      }
      const { agreement } = (await ask({ agreement: { kind: 'form', message, schema: AGREEMENT } })) as {
        agreement: { action: string; content?: z.output<typeof AGREEMENT> }
      }
      if (agreement.action !== 'accept' || agreement.content?.confirm !== true) {
        throw new ConflictError('The person did not agree; nothing was done.')
      }
    },
  }
}

function askPeer(peer: Peer, request: InputRequest): Promise<Record<string, unknown>> {
  switch (request.kind) {
    case 'form':
      return peer.elicit(formParams(request))
    case 'url':
      return peer.elicit({ mode: 'url', message: request.message, url: request.url })
    case 'sampling':
      return peer.sample(request.params)
    case 'roots':
      return peer.listRoots()
  }
}

/** What comes back is the client's word: a form's content is held against its schema. Throws InvalidError. */
export function parseAnswer(request: InputRequest, answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null)
    throw new InvalidError('An answer to an input request must be an object.')
  if (request.kind !== 'form' || !('action' in answer) || answer.action !== 'accept') return answer
  const content = request.schema.safeParse('content' in answer ? answer.content : undefined)
  if (!content.success)
    throw new InvalidError(`The answer does not fit what was asked: ${z.prettifyError(content.error)}`)
  return { action: 'accept', content: content.data }
}

function cannotAsk(call: Call, kind: InputRequest['kind']): Error {
  if (call.era === 'modern') {
    const requiredCapabilities = requiredCapability(kind)
    const [needed] = Object.keys(requiredCapabilities)
    return new ProtocolError(
      MISSING_CLIENT_CAPABILITY,
      `This has to ask something, and the request did not say that it can be answered: declare the capability ${needed}.`,
      { requiredCapabilities },
    )
  }
  return new InvalidError(
    'This tool has to ask you something, and your client cannot be asked over this connection.',
  )
}
