/** Work that can be done a piece at a time: it yields after each, and returns what came of it. */
export type Steps<Result> = Generator<undefined, Result, undefined>

/** All of it at once. */
export function finished<Result>(steps: Steps<Result>): Result {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}
