import type { Principal } from '@atoll/auth'
import type { ChangeNotifier } from '../define/changes.ts'
import type { Delegation } from '../define/delegation.ts'
import type { Interaction } from '../define/interaction.ts'
import type { CallContext, LogLevel, Progress, ToolContext } from '../define/tool.ts'
import { createInteraction } from '../interaction/interaction.ts'
import type { Invocation, Kit } from '../pipeline/invocation.ts'
import { passesLevel } from './log-level.ts'

/** What handlers receive. Everything that costs something is made when it is first touched. */
export class HandlerContext implements CallContext<unknown> {
  readonly deps: unknown
  readonly #invocation: Invocation

  constructor(invocation: Invocation, kit: Kit) {
    this.deps = kit.deps()
    this.#invocation = invocation
  }
  protected get invocation(): Invocation {
    return this.#invocation
  }
  get principal(): Principal {
    return this.#invocation.call.principal
  }
  get requestId(): string {
    return this.#invocation.call.requestId
  }
  get signal(): AbortSignal {
    return this.#invocation.cancellation.signal
  }
  get interaction(): Interaction {
    return createInteraction(this.#invocation)
  }
}

export class ToolHandlerContext extends HandlerContext implements ToolContext<unknown, unknown, unknown> {
  readonly #kit: Kit
  #lastProgress = Number.NEGATIVE_INFINITY
  constructor(invocation: Invocation, kit: Kit) {
    super(invocation, kit)
    this.#kit = kit
  }
  get input(): unknown {
    return this.invocation.input
  }
  get delegation(): Delegation | undefined {
    const { subjectToken } = this.invocation.call
    const { exchange } = this.#kit
    if (!exchange || subjectToken === undefined) return undefined
    return { token: (request) => exchange.exchange({ ...request, subjectToken }) }
  }
  get changed(): ChangeNotifier<unknown> {
    return this.#kit.changes.everywhere(this.principal.tenant)
  }
  get progress(): (progress: Progress) => void {
    const { call } = this.invocation
    const token = call.meta.progressToken
    if (token === undefined) return nothing
    return (progress) => {
      // The specification wants it strictly increasing, and clients rely on it.
      if (!(progress.progress > this.#lastProgress)) return
      this.#lastProgress = progress.progress
      call.notify('notifications/progress', { progressToken: token, ...progress })
    }
  }
  get log(): (level: LogLevel, data: unknown) => void {
    const { call, item } = this.invocation
    return (level, data) => {
      if (passesLevel(call, level)) call.notify('notifications/message', { level, logger: item.server, data })
    }
  }
}

function nothing(): void {}
