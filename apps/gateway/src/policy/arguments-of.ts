import type { Arguments } from '@atoll/policy'
import type { Params } from '@atoll/server-kit'
import type { Route } from '../fleet.ts'

/**
 * What rules see as `args`: the arguments of a tool or prompt, the URI of a resource as it is listed. Undefined for what has none of its
 * own, such as a task or a completion: that is allowed where a call may be.
 */
export function argumentsOf(method: string, params: Params, uri: string): Arguments | undefined {
  switch (method) {
    case 'tools/call':
    case 'prompts/get':
      return isObject(params.arguments) ? params.arguments : {}
    case 'resources/read':
      return { uri }
    default:
      return undefined
  }
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
