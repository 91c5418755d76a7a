import type { Result } from '@atoll/client'
import type { Exposure } from './exposure.ts'

const SERVER_INFO_KEY = 'io.modelcontextprotocol/serverInfo'

/**
 * Make a server's result the gateway's own, in place: URIs of the server's resources become exposed ones, and
 * what the edge says of every result (`complete`, who answers) is left to it. All else stays as it is.
 */
export function adoptResult(exposure: Exposure, result: Result): Result {
  if (result.resultType === 'complete') delete result.resultType
  if (isObject(result._meta) && SERVER_INFO_KEY in result._meta) {
    const { [SERVER_INFO_KEY]: _, ...rest } = result._meta
    if (Object.keys(rest).length === 0) delete result._meta
    else result._meta = rest
  }
  exposeBlocks(exposure, result.content)
  // Of a finished task (SEP-2663, Task Polling).
  if (isObject(result.result)) exposeBlocks(exposure, result.result.content)
  if (Array.isArray(result.messages)) {
    for (const message of result.messages) if (isObject(message)) exposeBlocks(exposure, [message.content])
  }
  return result
}

/** The contents of a resource carry the URI in the form in which it was asked for. */
export function exposeContents(exposure: Exposure, result: Result): Result {
  exposeAll(exposure, result.contents)
  return result
}

/** A skill and all its files are read through the gateway; their digests are those of the bytes, which stay. */
export function exposeSkill<Skill>(exposure: Exposure, skill: Skill): Skill {
  exposeUri(exposure, skill)
  if (isObject(skill)) exposeAll(exposure, skill.resources)
  return skill
}

/** Every entry of a list that has a URI. */
export function exposeAll(exposure: Exposure, list: unknown): void {
  if (Array.isArray(list)) for (const each of list) exposeUri(exposure, each)
}

function exposeBlocks(exposure: Exposure, blocks: unknown): void {
  if (!Array.isArray(blocks)) return
  for (const block of blocks) {
    if (!isObject(block)) continue
    if (block.type === 'resource_link') exposeUri(exposure, block)
    else if (block.type === 'resource') exposeUri(exposure, block.resource)
  }
}

function exposeUri(exposure: Exposure, holder: unknown): void {
  if (isObject(holder) && typeof holder.uri === 'string') holder.uri = exposure.uri(holder.uri)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
