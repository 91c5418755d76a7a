import type { z } from 'zod'

/** One question to the person or the model behind the client (MCP basic/patterns/mrtr). */
export type InputRequest<Answer = unknown> =
  | { kind: 'form'; message: string; schema: z.ZodType<Answer>; jsonSchema?: Record<string, unknown> }
  | { kind: 'url'; message: string; url: string }
  | { kind: 'sampling'; params: Record<string, unknown> }
  | { kind: 'roots' }

export type Elicited<Answer> = { action: 'accept'; content: Answer } | { action: 'decline' | 'cancel' }

export type Answer<R> = R extends { kind: 'form'; schema: z.ZodType<infer A> }
  ? Elicited<A>
  : R extends { kind: 'url' }
    ? { action: 'accept' | 'decline' | 'cancel' }
    : Record<string, unknown>

export interface Interaction {
  /**
   * Ask the client. Everything before an `ask` may run again: where the client speaks 2026-07-28 the answer
   * arrives with a new request, `run` starts from the top, and the same `ask` then returns. Do reads before,
   * writes after. Keys name the questions and must be stable.
   * Throws InvalidError when the client cannot answer that kind of question.
   */
  ask<R extends Readonly<Record<string, InputRequest>>>(
    requests: R,
  ): Promise<{ [K in keyof R]: Answer<R[K]> }>
  /**
   * Make sure the person agrees. `given` is the tool's own `confirm` argument, for clients that cannot be
   * asked. Throws InvalidError (how to confirm) or ConflictError (declined).
   */
  confirm(message: string, given: boolean | undefined): Promise<void>
  /** Whether this client can answer a kind of question. */
  can(kind: InputRequest['kind']): boolean
}
