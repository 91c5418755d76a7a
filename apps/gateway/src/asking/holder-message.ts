import { z } from 'zod'
import { CarriedFailure } from './carried-failure.ts'

const Resumption = z.object({
  /** What the client brought back. */
  state: z.string(),
  /** Who it is, and what they call. */
  context: z.string(),
  target: z.string(),
  responses: z.unknown().optional(),
})
/** An answer to what a held call asked. */
export type Resumption = z.output<typeof Resumption>

const Params = z.record(z.string(), z.unknown())
const ToHolder = [
  z.object({
    ...{ kind: z.literal('resume'), id: z.uuid(), from: z.uuid(), resumption: Resumption },
    progressToken: z.union([z.string(), z.number()]).optional(),
  }),
  /** The client hung up. */
  z.object({ kind: z.literal('leave'), id: z.uuid() }),
] as const
const FromHolder = [
  /** It goes on; said again and again. */
  z.object({ kind: z.literal('working'), id: z.uuid() }),
  z.object({ kind: z.literal('notice'), id: z.uuid(), method: z.string(), params: Params }),
  z.object({ kind: z.literal('result'), id: z.uuid(), result: Params }),
  z.object({ kind: z.literal('failure'), id: z.uuid(), failure: CarriedFailure }),
] as const

/** What replicas tell each other of calls that one of them holds and another was brought the answer to. */
export const HolderMessage = z.discriminatedUnion('kind', [...ToHolder, ...FromHolder])
export type HolderMessage = z.output<typeof HolderMessage>
export type Resume = Extract<HolderMessage, { kind: 'resume' }>
export type FromHolder = Exclude<HolderMessage, { kind: 'resume' | 'leave' }>
