import type { EndpointFailure } from './failure.ts'

/** What the last use says of the service. */
export interface Memory {
  worked(): void
  failed(failure: EndpointFailure): void
  /** Why the last use failed; undefined when it worked, or when it is so long ago that the service may be asked. */
  readonly failure: EndpointFailure | undefined
}

/** Failures are forgotten after some milliseconds: who is not asked because of one could never prove better. */
export function createMemory(milliseconds: number): Memory {
  let last: { failure: EndpointFailure; at: number } | undefined
  return {
    worked: () => {
      last = undefined
    },
    failed: (failure) => {
      if (failure.isOfTheService) last = { failure, at: performance.now() }
    },
    get failure() {
      return last && performance.now() - last.at < milliseconds ? last.failure : undefined
    },
  }
}
