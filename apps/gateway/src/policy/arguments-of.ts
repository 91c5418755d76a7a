import type { Arguments } from '@atoll/policy'
import type { Params } from '@atoll/server-kit'
import type { Entry } from '../entry.ts'
import type { Route } from '../fleet.ts'

/** Methods whose `uri`, or that of their reference, is what they are about. */
const NAMES_URI: ReadonlySet<string> = new Set([
  ...['resources/read', 'resources/directory/read', 'skills/get', 'completion/complete'],
])

/**
 * What rules see as `args`: the arguments of a tool or prompt, and the URI of a resource as it is listed, by whatever method it is
 * asked for. Undefined for what has none of its own, such as a task or the completion of a prompt: that is allowed where a call
 * may be.
 */
export function argumentsOf(method: string, params: Params, uri: string): Arguments | undefined {
  if (method === 'tools/call' || method === 'prompts/get')
    return isObject(params.arguments) ? params.arguments : {}
  return NAMES_URI.has(method) && uri !== '' ? { uri } : undefined
}

/** The same of what is listed, as far as nobody who asks for it can ask otherwise. */
export function argumentsOfListed({ kind, exposed }: Entry): Arguments | undefined {
  return kind === 'resources' ? { uri: exposed } : undefined
}

/** The URI that a request is about, as callers are shown it however they wrote it; empty where it is about none. */
export function uriOf(params: Params, { upstream, original }: Route): string {
  const uri = params.uri ?? refOf(params).uri
  return typeof uri === 'string' ? upstream.exposure.uri(original) : ''
}

/** What is to be completed. */
export function refOf({ ref }: Params): Readonly<Record<string, unknown>> {
  return isObject(ref) ? ref : {}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
