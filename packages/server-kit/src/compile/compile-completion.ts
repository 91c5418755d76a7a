import type { Telemetry } from '@atoll/telemetry'
import type { Completer } from '../define/resource.ts'
import { INVALID_PARAMS, ProtocolError } from '../edge/protocol-error.ts'
import type { Params, Result } from '../edge/service.ts'
import type { Invocation, Item, Kit } from '../pipeline/invocation.ts'

const MOST = 100

interface Completable {
  readonly item: Item
  readonly definition: { readonly complete?: Readonly<Record<string, Completer<unknown> | undefined>> }
}

interface Wanted {
  argument: string
  value: string
  others: Readonly<Record<string, string>>
}

/** Completion of one prompt's arguments or one template's variables, under the scopes of what is completed. */
export function compileCompletion(
  { item, definition }: Completable,
  kit: Kit,
  telemetry: Telemetry,
): { item: Item } {
  return {
    item: {
      ...item,
      kind: 'completion',
      cache: undefined,
      operation: telemetry.operation('completion/complete'),
      parse: readWanted,
      run: (invocation) => completeWith(definition.complete ?? {}, invocation, kit.deps()),
      check: (returned): Result => {
        // What a completer returns.
        const values = returned as readonly string[]
        return {
          completion: { values: values.slice(0, MOST), total: values.length, hasMore: values.length > MOST },
        }
      },
    },
  }
}

function completeWith(
  completers: Readonly<Record<string, Completer<unknown> | undefined>>,
  { call, cancellation, input }: Invocation,
  deps: unknown,
) {
  // What `readWanted` made of the parameters.
  const { argument, value, others } = input as Wanted
  const completer = Object.hasOwn(completers, argument) ? completers[argument] : undefined
  const { principal, requestId } = call
  return completer?.({ deps, principal, requestId, signal: cancellation.signal, value, others }) ?? []
}

function readWanted(params: unknown): Wanted {
  const { argument, context } = params as {
    argument?: { name?: unknown; value?: unknown }
    context?: { arguments?: unknown }
  }
  if (typeof argument?.name !== 'string' || typeof argument.value !== 'string') {
    throw new ProtocolError(INVALID_PARAMS, 'A completion needs an argument { name, value }')
  }
  const others = context?.arguments
  return {
    argument: argument.name,
    value: argument.value,
    others: (typeof others === 'object' && others !== null ? others : {}) as Record<string, string>,
  }
}

/** Which prompt or template is to be completed (MCP server/utilities/completion). Throws ProtocolError -32602. */
export function readReference(params: Params): { prompt: string } | { template: string } {
  const { ref } = params as { ref?: { type?: unknown; name?: unknown; uri?: unknown } }
  if (ref?.type === 'ref/prompt' && typeof ref.name === 'string') return { prompt: ref.name }
  if (ref?.type === 'ref/resource' && typeof ref.uri === 'string') return { template: ref.uri }
  throw new ProtocolError(INVALID_PARAMS, 'A completion needs a ref to a prompt or a resource template')
}
