import { withoutOwn } from './gateway-scopes.ts'

/** What a server says of the scopes of something that it lists. */
export interface NamedScopes {
  /** The scopes a call needs; undefined when the server does not say. */
  readonly scopes: readonly string[] | undefined
  /** The scopes that a call may also use, where the caller has them. */
  readonly optionalScopes: readonly string[]
  /** Scopes at other servers that a call may use for the caller, where the caller has them. */
  readonly delegates: readonly string[]
}

const KEYS = ['scopes', 'optionalScopes', 'delegates'] as const

/** None of them is the gateway's own, whatever it says: with those a server could be who runs the gateway. */
export function namedScopes(about: unknown): NamedScopes {
  return {
    scopes: listAt(about, 'scopes'),
    optionalScopes: listAt(about, 'optionalScopes') ?? [],
    delegates: listAt(about, 'delegates') ?? [],
  }
}

/** Whether it needs a scope that no server is given, so that it could never be used. */
export function needsOwn(about: unknown): boolean {
  const said = isObject(about) ? about.scopes : undefined
  return Array.isArray(said) && withoutOwn(said).length < said.length
}

/** The same as clients are shown it: they are to ask for no scope in vain. The same object where nothing is left out. */
export function withoutOwnScopes<About>(about: About): About {
  if (!isObject(about)) return about
  const left = KEYS.flatMap((key) => {
    const said = about[key]
    const without = Array.isArray(said) ? withoutOwn(said) : []
    return Array.isArray(said) && without.length < said.length ? [[key, without] as const] : []
  })
  return left.length === 0 ? about : { ...about, ...Object.fromEntries(left) }
}

function listAt(about: unknown, key: (typeof KEYS)[number]): readonly string[] | undefined {
  const said = isObject(about) ? about[key] : undefined
  const isList = Array.isArray(said) && said.every((scope) => typeof scope === 'string')
  return isList ? withoutOwn(said) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
