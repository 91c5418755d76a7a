import type { Params, Tell } from './service.ts'

/** Notifications that wait until a stream has said what must come first on it. */
export interface HeldBack {
  readonly tell: Tell
  /** From now on `tell` is this. */
  release(tell: Tell): void
}

export function holdBack(): HeldBack {
  const waiting: [string, Params][] = []
  let onward: Tell = (method, params) => {
    waiting.push([method, params])
  }
  return {
    tell: (method, params) => onward(method, params),
    release(tell) {
      onward = tell
      for (const [method, params] of waiting.splice(0)) tell(method, params)
    },
  }
}
