/** Something that may call a request off: an AbortSignal, or what is cheaper to make than one. */
export type Cancellable =
  | AbortSignal
  | {
      readonly aborted: boolean
      /** Calls `listener` once, at once when it has happened. Returns how to stop listening. */
      onAbort(listener: (reason: unknown) => void): () => void
    }

/** Call `listener` once when called off, at once when that has happened. Returns how to stop listening. */
export function onAbort(cancellable: Cancellable, listener: (reason: unknown) => void): () => void {
  if ('onAbort' in cancellable) return cancellable.onAbort(listener)
  if (cancellable.aborted) {
    listener(cancellable.reason)
    return () => {}
  }
  const hear = () => listener(cancellable.reason)
  cancellable.addEventListener('abort', hear, { once: true })
  return () => cancellable.removeEventListener('abort', hear)
}
