import type { Fleet, FleetTool, Params } from '@atoll/client'
import { AppError, UnavailableError } from '@atoll/errors'

/** What was done so far, and what came of it. */
export interface Step {
  readonly tool: FleetTool
  readonly args: Params
  /** What the tool said, or why it could not. */
  readonly observation: string
  readonly failed: boolean
}

export interface Situation {
  readonly question: string
  readonly tools: readonly FleetTool[]
  readonly steps: readonly Step[]
}

export type Decision =
  | { readonly kind: 'call'; readonly tool: FleetTool; readonly args: Params }
  | { readonly kind: 'answer'; readonly text: string }

/** The thinking part: from the question and what is known so far to the next step. */
export type Decide = (situation: Situation, signal: AbortSignal) => Promise<Decision>

export interface AgentOptions {
  readonly fleet: Fleet
  readonly decide: Decide
  /** Told of each call before it is made. */
  onCall?(tool: FleetTool, args: Params): void
  readonly signal: AbortSignal
}

/** An agent that went on for longer than this would not come to an end by itself. */
const MAX_STEPS = 8

/**
 * Answer a question with the fleet's tools. A tool that fails is part of what the agent learns; the client has
 * repeated by then what may be repeated. Rejects with UnavailableError where there are no tools, with the signal's
 * reason, and with what `decide` rejects with.
 */
export async function answer(
  question: string,
  { fleet, decide, onCall, signal }: AgentOptions,
): Promise<string> {
  const tools = await fleet.tools()
  if (tools.length === 0) throw new UnavailableError('The fleet offers no tools right now.')
  const steps: Step[] = []
  while (steps.length < MAX_STEPS) {
    const decision = await decide({ question, tools, steps }, signal)
    if (decision.kind === 'answer') return decision.text
    const { tool, args } = decision
    onCall?.(tool, args)
    steps.push({ tool, args, ...(await observe(fleet, tool, args, signal)) })
  }
  return `I did not come to an answer within ${MAX_STEPS} steps.`
}

async function observe(
  fleet: Fleet,
  { server, name }: FleetTool,
  args: Params,
  signal: AbortSignal,
): Promise<Pick<Step, 'observation' | 'failed'>> {
  try {
    const result = await fleet.call(server, name, args, { signal })
    return { observation: textOf(result.content), failed: result.isError === true }
  } catch (error) {
    // Its message is written for strangers, and says whether it is worth coming back.
    if (error instanceof AppError && !signal.aborted) return { observation: error.message, failed: true }
    throw error
  }
}

function textOf(content: unknown): string {
  const blocks = Array.isArray(content) ? content : []
  return blocks.map(({ text }) => (typeof text === 'string' ? text : '')).join('\n')
}
