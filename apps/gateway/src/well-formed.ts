import { BadAnswerError, OutcomeUnknownError, type Result } from '@atoll/client'
import type { Route } from './fleet.ts'

/**
 * Refuse a result that no client could read (MCP schema: CallToolResult, ReadResourceResult, GetPromptResult,
 * CompleteResult), in words that say whose fault it is. Only what clients check of every server is looked at.
 */
export function wellFormed(method: string, result: Result, { upstream, entry }: Route): Result {
  // Other kinds of result have their own shape, and end up at the one who knows it.
  if (result.resultType !== undefined && result.resultType !== 'complete') return result
  if (SHAPES[method]?.(result) ?? true) return result
  const what = `${upstream.name} sent an answer that is not valid MCP.`
  if (method !== 'tools/call' || entry?.isRepeatable) throw new BadAnswerError(what)
  throw new OutcomeUnknownError(
    `${what} The call may have been carried out all the same: look before you repeat it.`,
  )
}

const SHAPES: Readonly<Record<string, (result: Result) => boolean>> = {
  'tools/call': ({ content, structuredContent, isError }) =>
    (content === undefined ? structuredContent !== undefined : areObjects(content, 'type')) &&
    (isError === undefined || typeof isError === 'boolean'),
  'resources/read': ({ contents }) => areObjects(contents, 'uri'),
  'prompts/get': ({ messages }) => areObjects(messages, 'role'),
  'completion/complete': ({ completion }) =>
    isObject(completion) && Array.isArray(completion.values) && completion.values.every(isText),
}

function areObjects(list: unknown, key: string): boolean {
  return Array.isArray(list) && list.every((each) => isObject(each) && isText(each[key]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
