import { useSyncExternalStore } from 'react'

export interface Route {
  /** `servers` of `#/servers/orders`; empty for the fleet. */
  readonly view: string
  /** `orders` of it. */
  readonly name: string
}

/** The part of the page that the address names. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(onChange, () => location.hash)
  const [view = '', ...rest] = hash.replace(/^#\/?/, '').split('/')
  return { view, name: decoded(rest.join('/')) }
}

export function linkTo(view: string, name?: string): string {
  return name === undefined ? `#/${view}` : `#/${view}/${encodeURIComponent(name)}`
}

function onChange(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
