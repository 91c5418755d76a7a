import { InsufficientScopeError } from '@atoll/errors'
import type { Completer } from '../define/resource.ts'
import { INVALID_PARAMS, ProtocolError } from '../edge/protocol-error.ts'
import type { Call, Params, Result } from '../edge/service.ts'
import type { CompiledPrompt } from './compile-prompt.ts'
import type { CompiledResource } from './compile-resource.ts'

const MOST = 100

/** `completion/complete` (MCP server/utilities/completion): values of a prompt argument or template variable. */
export async function complete(
  params: Params,
  call: Call,
  deps: unknown,
  prompts: ReadonlyMap<string, CompiledPrompt>,
  templates: readonly CompiledResource[],
): Promise<Result> {
  const { ref, argument, context } = parse(params)
  const found =
    ref.type === 'ref/prompt'
      ? prompts.get(ref.name ?? '')
      : templates.find((template) => template.definition.uri === ref.uri)
  if (!found) throw new ProtocolError(INVALID_PARAMS, 'There is no such prompt or resource template')
  const { scopes } = found.item
  if (scopes.some((scope) => !call.principal.scopes.has(scope))) throw new InsufficientScopeError(scopes)
  const completers: Readonly<Record<string, Completer<unknown> | undefined>> = found.definition.complete ?? {}
  const completer = Object.hasOwn(completers, argument.name) ? completers[argument.name] : undefined
  const { principal, requestId, cancellation } = call
  const values = completer
    ? await completer({
        deps,
        principal,
        requestId,
        signal: cancellation.signal,
        value: argument.value,
        others: context,
      })
    : []
  return {
    completion: { values: values.slice(0, MOST), total: values.length, hasMore: values.length > MOST },
  }
}

interface Reference {
  type: 'ref/prompt' | 'ref/resource'
  name?: string
  uri?: string
}

function parse(params: Params) {
  const { ref, argument, context } = params as {
    ref?: Partial<Reference>
    argument?: { name?: unknown; value?: unknown }
    context?: { arguments?: unknown }
  }
  const isRef = ref?.type === 'ref/prompt' || ref?.type === 'ref/resource'
  if (!isRef || typeof argument?.name !== 'string' || typeof argument.value !== 'string') {
    throw new ProtocolError(INVALID_PARAMS, 'A completion needs ref and argument { name, value }')
  }
  const others = context?.arguments
  return {
    ref: ref as Reference,
    argument: { name: argument.name, value: argument.value },
    context: (typeof others === 'object' && others !== null ? others : {}) as Record<string, string>,
  }
}
