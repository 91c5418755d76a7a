import { Cancellation } from '../edge/cancellation.ts'
import type { Call, Params, Result } from '../edge/service.ts'
import { InputRequired } from '../interaction/input-required.ts'
import { NO_DEADLINE } from '../pipeline/countdown.ts'
import type { Invocation, Item, Kit, Next } from '../pipeline/invocation.ts'
import { compose } from '../pipeline/pipeline.ts'

/** An item with the pipeline around its handler. */
export interface Composed {
  readonly item: Item
  readonly next: Next
}

export interface Asked {
  readonly method: string
  readonly params: Params
  /** For resources: the URI; for tasks the domain's id; for everything else the item's name. */
  readonly target: string
  /** What the item parses. */
  readonly input: unknown
}

const NO_ANSWERS = Object.freeze({})

export function withPipeline<C extends { item: Item }>(compiled: C, kit: Kit): C & Composed {
  return { ...compiled, next: compose(compiled.item, kit) }
}

/** Send one call through an item's pipeline; a question to the client becomes its `input_required` result. */
export async function invoke({ item, next }: Composed, call: Call, asked: Asked, kit: Kit): Promise<Result> {
  const { method, params, target, input } = asked
  const bound = { method, name: target, args: input ?? null }
  const answers =
    params.requestState === undefined ? NO_ANSWERS : await kit.requestState.answers(params, call, bound)
  const invocation: Invocation = {
    call,
    item,
    target,
    input,
    answers,
    caller: call.cancellation,
    cancellation: new Cancellation(),
    deadline: NO_DEADLINE,
    operation: undefined,
    refusedBy: undefined,
  }
  try {
    return await next(invocation)
  } catch (error) {
    if (error instanceof InputRequired) return kit.requestState.inputRequired(error, call, bound)
    throw error
  }
}
