import { INVALID_PARAMS, ProtocolError } from '../edge/protocol-error.ts'
import type { Call, Params, Result } from '../edge/service.ts'
import type { CompiledResource } from './compile-resource.ts'

interface Position {
  /** Which template is being listed; -1 for the fixed resources. */
  source: number
  cursor: string | undefined
}

/** Fixed resources first, then what each template lists for this caller, a page of one source at a time. */
export async function listResources(
  params: Params,
  call: Call,
  deps: unknown,
  fixed: readonly object[],
  templates: readonly CompiledResource[],
): Promise<Result> {
  const { principal, requestId, cancellation } = call
  const listing = templates.filter(
    ({ definition, item }) => definition.list && item.scopes.every((scope) => principal.scopes.has(scope)),
  )
  const position = read(params.cursor)
  const found: object[] = position.source === -1 ? [...fixed] : []
  let next: Position | undefined
  const source = Math.max(0, position.source)
  const template = listing[source]
  if (template?.definition.list) {
    const context = { deps, principal, requestId, signal: cancellation.signal, cursor: position.cursor }
    const page = await template.definition.list(context)
    found.push(...page.items)
    if (page.nextCursor !== undefined) next = { source, cursor: page.nextCursor }
    else if (source + 1 < listing.length) next = { source: source + 1, cursor: undefined }
  }
  return { resources: found, ...(next && { nextCursor: write(next) }), ttlMs: 0, cacheScope: 'private' }
}

function write({ source, cursor }: Position): string {
  return Buffer.from(JSON.stringify([source, cursor ?? null])).toString('base64url')
}

function read(cursor: unknown): Position {
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
