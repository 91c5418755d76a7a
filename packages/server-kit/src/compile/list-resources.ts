import { INVALID_PARAMS, ProtocolError } from '../edge/protocol-error.ts'
import type { Result } from '../edge/service.ts'
import type { Invocation } from '../pipeline/invocation.ts'
import type { CompiledResource } from './compile-resource.ts'

interface Position {
  /** Which template is being listed; -1 for the fixed resources. */
  source: number
  cursor: string | undefined
}

/** Fixed resources first, then what each template lists for this caller, a page of one source at a time. */
export async function listResources(
  { call, cancellation, input }: Invocation,
  deps: unknown,
  fixed: readonly object[],
  templates: readonly CompiledResource[],
): Promise<Result> {
  const { principal, requestId } = call
  const listing = templates.filter(
    ({ definition, item }) => definition.list && item.scopes.every((scope) => principal.scopes.has(scope)),
  )
  // What `readPosition` made of the cursor.
  const position = input as Position
  const found: object[] = position.source === -1 ? [...fixed] : []
  let next: Position | undefined
  const source = Math.max(0, position.source)
  const template = listing[source]
  if (template?.definition.list) {
    const context = { deps, principal, requestId, signal: cancellation.signal, cursor: position.cursor }
    const page = await template.definition.list(context)
    for (const item of page.items) found.push({ ...item, _meta: template.policy })
    if (page.nextCursor !== undefined) next = { source, cursor: page.nextCursor }
    else if (source + 1 < listing.length) next = { source: source + 1, cursor: undefined }
  }
  return {
    resources: found,
    ...(next && { nextCursor: writePosition(next) }),
    ttlMs: 0,
    cacheScope: 'private',
  }
}

function writePosition({ source, cursor }: Position): string {
  return Buffer.from(JSON.stringify([source, cursor ?? null])).toString('base64url')
}

/** Where a cursor points; the inner one is the template's own to judge. Throws ProtocolError -32602. */
export function readPosition(cursor: unknown): Position {
  if (cursor === undefined) return { source: -1, cursor: undefined }
  try {
    const [source, inner] = JSON.parse(Buffer.from(String(cursor), 'base64url').toString('utf8')) as unknown[]
    const isInner = inner === null || typeof inner === 'string'
    if (Number.isInteger(source) && Number(source) >= 0 && isInner) {
      return { source: Number(source), cursor: inner ?? undefined }
    }
  } catch {
    // Falls through to the same answer as any other cursor that is not ours.
  }
  throw new ProtocolError(INVALID_PARAMS, 'Invalid cursor. List again from the start, without one.')
}
