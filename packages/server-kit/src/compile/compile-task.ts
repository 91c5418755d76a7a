import type { Telemetry } from '@atoll/telemetry'
import type { TaskState } from '../define/task.ts'
import type { Limits } from '../define/tool.ts'
import { INVALID_PARAMS, MISSING_CLIENT_CAPABILITY, ProtocolError } from '../edge/protocol-error.ts'
import type { Call, Params, Result } from '../edge/service.ts'
import { detailedTask, type Ending, TASK_METHODS, type TaskMethod, UNKNOWN_TASK } from '../edge/task-wire.ts'
import { parseAnswer } from '../interaction/interaction.ts'
import { canAnswer, requiredCapability } from '../interaction/wire.ts'
import type { Invocation, Item, Kit } from '../pipeline/invocation.ts'
import { describeFailure } from './failure.ts'

/** What a client may do with the tasks of one tool: calls of their own, under the scopes of the tool. */
export function compileTask(
  tool: Item,
  limits: Required<Limits>,
  kit: Kit,
  telemetry: Telemetry,
): Record<TaskMethod, { item: Item }> {
  const handlers: Record<TaskMethod, Pick<Item, 'run' | 'check' | 'effect'>> = {
    'tasks/get': {
      effect: 'read',
      run: (invocation) => findTask(invocation),
      // What `findTask` found.
      check: (found, invocation) => show(found as TaskState, invocation),
    },
    'tasks/update': { effect: 'write', run: update, check: acknowledge },
    'tasks/cancel': { effect: 'write', run: cancel, check: acknowledge },
  }

  async function findTask({ call, target, cancellation }: Invocation): Promise<TaskState> {
    const task = await kit.tasks().find(call.principal, target, { signal: cancellation.signal })
    if (task?.tool === tool.name) return task
    throw new ProtocolError(INVALID_PARAMS, UNKNOWN_TASK)
  }

  async function update(invocation: Invocation): Promise<void> {
    const { call, target, input } = invocation
    const task = await findTask(invocation)
    if (task.status !== 'input_required') return
    const given = input as Record<string, unknown>
    // Anything else was never asked, or is answered already (TX, Task Update Requests).
    const open = Object.entries(task.questions).filter(([key]) => Object.hasOwn(given, key))
    const answers = open.map(([key, question]) => [key, parseAnswer(question, given[key])])
    if (answers.length > 0) await kit.tasks().respond?.(call.principal, target, Object.fromEntries(answers))
  }

  async function cancel(invocation: Invocation): Promise<void> {
    const { call, target } = invocation
    const { status } = await findTask(invocation)
    if (status === 'working' || status === 'input_required') await kit.tasks().cancel(call.principal, target)
  }

  function show(task: TaskState, invocation: Invocation): Result {
    if (task.status === 'input_required') checkCanAnswer(task.questions, invocation.call)
    return detailedTask(task, ending(task, invocation))
  }

  /** The same checks as for the answer of a direct call. */
  function ending(task: TaskState, invocation: Invocation): Ending | undefined {
    if (task.status !== 'completed' && task.status !== 'failed') return undefined
    try {
      if (task.status === 'failed') throw task.error
      return { result: tool.check(task.result, invocation) }
    } catch (error) {
      if (error instanceof ProtocolError) return { error }
      return { result: { ...describeFailure(error, invocation.call, kit.logger) } }
    }
  }

  const compiled = TASK_METHODS.map((method) => {
    const item: Item = {
      ...tool,
      ...handlers[method],
      kind: 'task',
      name: `${method} ${tool.name}`,
      // Asking how far the work is comes more often than beginning some.
      limits,
      cache: undefined,
      clears: [],
      operation: telemetry.operation(method, tool.name),
      parse: method === 'tasks/update' ? readResponses : () => undefined,
    }
    return [method, { item }] as const
  })
  // Made from all of TASK_METHODS.
  return Object.fromEntries(compiled) as Record<TaskMethod, { item: Item }>
}

function acknowledge(): Result {
  return {}
}

function readResponses(params: unknown): Record<string, unknown> {
  const { inputResponses } = params as Params
  if (typeof inputResponses === 'object' && inputResponses !== null && !Array.isArray(inputResponses))
    return { ...inputResponses }
  throw new ProtocolError(INVALID_PARAMS, 'params.inputResponses must be an object: question to answer')
}

/** No client is asked what it did not say that it can answer (MCP basic/index, Capabilities). */
function checkCanAnswer(
  questions: (TaskState & { status: 'input_required' })['questions'],
  { clientCapabilities }: Call,
): void {
  for (const { kind } of Object.values(questions)) {
    if (canAnswer(kind, clientCapabilities)) continue
    throw new ProtocolError(
      MISSING_CLIENT_CAPABILITY,
      'This task waits for an answer that needs a client capability which the request did not declare.',
      { requiredCapabilities: requiredCapability(kind) },
    )
  }
}
