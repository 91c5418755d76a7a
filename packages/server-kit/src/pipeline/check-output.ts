import type { Next, Step } from './invocation.ts'

/** Hold what the handler returned against its output schema, dropping fields that it does not name. */
export const checkOutput: Step =
  (item, _kit, next): Next =>
  async (invocation) =>
    item.check(await next(invocation), invocation)
