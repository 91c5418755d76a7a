import type { Redaction } from './redaction.ts'
import { finished, type Steps } from './steps.ts'

type Members = Record<string, unknown>

/**
 * Addresses, and what the protocol compares byte by byte (MCP schema): a mask would break what hangs on them. Everything
 * else of a result is gone through, also what is not known here.
 */
const KEPT: ReadonlySet<string> = new Set([
  ...['type', 'role', 'uri', 'uriTemplate', 'mimeType', 'icons', 'annotations', 'size', 'lastModified'],
  ...['resultType', 'requestState', 'nextCursor', 'cacheScope', 'ttlMs', 'isError'],
  ...['taskId', 'status', 'createdAt', 'lastUpdatedAt', 'pollIntervalMs'],
  ...['method', 'mode', 'elicitationId', 'url', 'progressToken', 'level'],
])
/** What clients and the protocol itself agreed on. */
const PROTOCOL_META = 'io.modelcontextprotocol/'
const TEXTUAL = /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml|yaml|csv|x-ndjson|javascript))/i

/** The page of an MCP App is a program, the same for everybody (ext-apps, UI Resources). */
const PAGE = /^text\/html;\s{0,3}profile=mcp-app/i
const MAX_DEPTH = 100

/**
 * Redact a result of MCP, in place: structured content against its schema, blocks, contents, messages, completions and `_meta`.
 * Bytes are left alone unless their type says that they are text. Throws RangeError for one that is nested too deep.
 */
export function redactResult(result: Members, redaction: Redaction, outputSchema?: unknown): void {
  finished(redactMembers(result, redaction, outputSchema, 0))
}

/** The same a piece at a time, each of some milliseconds at most, whatever is in it. */
export function redactSteps(result: Members, redaction: Redaction, outputSchema?: unknown): Steps<void> {
  return redactMembers(result, redaction, outputSchema, 0)
}

function* redactMembers(members: Members, redaction: Redaction, schema: unknown, depth: number): Steps<void> {
  const twin = takeTwin(members)
  for (const key of Object.keys(members)) {
    if (KEPT.has(key)) continue
    const value = members[key]
    if (key === 'structuredContent') members[key] = yield* redaction.steps(value, schema)
    else if (key === '_meta') yield* redactMeta(value, redaction)
    else if (key === 'requestedSchema') yield* redactSchema(value, redaction)
    else if (key === 'inputRequests') yield* redactNamed(value, redaction, depth)
    else if (key === 'blob') members[key] = yield* redactedBytes(value, members.mimeType, redaction)
    else if (!isOpaque(key, members)) members[key] = yield* redactPart(value, redaction, schema, depth)
  }
  if (twin) twin.block.text = redaction.tally.isEmpty ? twin.text : JSON.stringify(members.structuredContent)
}

/**
 * The block that says the structured content again as text (MCP server/tools, Structured Content). It is not gone through a
 * second time, but written anew.
 */
function takeTwin({ structuredContent, content }: Members): { block: Members; text: string } | undefined {
  if (!isMembers(structuredContent) || !Array.isArray(content)) return undefined
  const block: unknown = content.find((each: unknown) => isMembers(each) && each.type === 'text')
  if (!isMembers(block) || typeof block.text !== 'string' || block.text[0] !== '{') return undefined
  const { text } = block
  if (text !== JSON.stringify(structuredContent)) return undefined
  block.text = ''
  return { block, text }
}

function isOpaque(key: string, { type, mimeType, uri }: Members): boolean {
  if (key === 'data') return type === 'image' || type === 'audio'
  const isPage = typeof mimeType === 'string' && PAGE.test(mimeType)
  return key === 'text' && isPage && typeof uri === 'string' && uri.startsWith('ui://')
}

function* redactPart(part: unknown, redaction: Redaction, schema: unknown, depth: number): Steps<unknown> {
  if (typeof part === 'string') return yield* redaction.textSteps(part)
  if (depth > MAX_DEPTH) throw new RangeError(`A result is nested more than ${MAX_DEPTH} deep`)
  if (Array.isArray(part)) {
    for (let at = 0; at < part.length; at++)
      part[at] = yield* redactPart(part[at], redaction, schema, depth + 1)
    return part
  }
  if (!isMembers(part)) return yield* redaction.steps(part)
  yield* redactMembers(part, redaction, schema, depth + 1)
  return part
}

/** Questions by the names that their server gives them, which mean nothing (MCP basic/patterns/mrtr). */
function* redactNamed(questions: unknown, redaction: Redaction, depth: number): Steps<void> {
  if (!isMembers(questions)) return
  for (const name of Object.keys(questions))
    questions[name] = yield* redactPart(questions[name], redaction, undefined, depth + 1)
}

/** Words for people. Answers are held against everything else (MCP client/elicitation, Requested Schema). */
const WORDS: ReadonlySet<string> = new Set(['title', 'description', 'enumNames'])

function* redactSchema(schema: unknown, redaction: Redaction, depth = 0): Steps<void> {
  if (typeof schema !== 'object' || schema === null) return
  if (depth > MAX_DEPTH) throw new RangeError(`A schema is nested more than ${MAX_DEPTH} deep`)
  const node = schema as Members
  for (const key of Object.keys(node)) {
    const value = node[key]
    const isWords = typeof value === 'string' || (Array.isArray(value) && key === 'enumNames')
    // A field may be called like a keyword: then it is an object.
    if (isWords && WORDS.has(key)) node[key] = yield* redaction.steps(value)
    else yield* redactSchema(value, redaction, depth + 1)
  }
}

function* redactMeta(meta: unknown, redaction: Redaction): Steps<void> {
  if (!isMembers(meta)) return
  for (const key of Object.keys(meta))
    if (!key.startsWith(PROTOCOL_META)) meta[key] = yield* redaction.steps(meta[key])
}

function* redactedBytes(blob: unknown, mimeType: unknown, redaction: Redaction): Steps<unknown> {
  if (typeof blob !== 'string' || typeof mimeType !== 'string' || !TEXTUAL.test(mimeType)) return blob
  const text = Buffer.from(blob, 'base64').toString('utf8')
  const clean = yield* redaction.textSteps(text)
  return clean === text ? blob : Buffer.from(clean, 'utf8').toString('base64')
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
