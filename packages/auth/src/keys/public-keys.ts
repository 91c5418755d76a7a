import type { JSONWebKeySet, JWK } from 'jose'

/**
 * The JWK Set in a JSON text (RFC 7517 section 5).
 * Throws an Error when it is none, or when it holds private or symmetric keys, which nobody should publish.
 */
export function publicKeys(text: string): JSONWebKeySet {
  const value: unknown = JSON.parse(text)
  const keys = isObject(value) ? value.keys : undefined
  if (!Array.isArray(keys) || !keys.every(isObject)) throw new Error('This is not a JSON Web Key Set')
  if (keys.some((key) => 'd' in key || 'k' in key)) throw new Error('This key set holds secret keys')
  // jose looks at every member it uses before it uses it.
  return { keys: keys as JWK[] } as JSONWebKeySet
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
