import type { Step } from './invocation.ts'

/** Parse the arguments once, before anything is looked up with them. */
export const readInput: Step = (item, _kit, next) => async (invocation) => {
  invocation.input = item.parse(invocation.input)
  return next(invocation)
}
