import { Operation, type OperationOptions, type OperationRuntime } from './operation.ts'
import { OTHER } from './semantic.ts'

/** Operations one process may have, so that a name from outside can't fill the memory. */
const MAX_OPERATIONS = 2000

interface Known {
  readonly settings: OperationOptions
  readonly operation: Operation
}

/** The operations of one process. Every call looks one up, so no key is put together for it. */
export class KnownOperations {
  readonly #runtime: OperationRuntime
  readonly #byMethod = new Map<string, Map<string | undefined, Known[]>>()
  #count = 0

  constructor(runtime: OperationRuntime) {
    this.#runtime = runtime
  }

  /** The same arguments give the same operation; where there are too many, one for all others. */
  of(method: string, name: string | undefined, settings: OperationOptions): Operation {
    const known = this.#byMethod.get(method)?.get(name)
    const found = known?.find((each) => isSame(each.settings, settings))
    if (found) return found.operation
    // The overflow's own settings (kind, transport, server) come from code and stay few.
    if (this.#count >= MAX_OPERATIONS && method !== OTHER) return this.of(OTHER, undefined, settings)
    const operation = new Operation(this.#runtime, method, name, settings)
    this.#add(method, name, { settings, operation })
    return operation
  }

  #add(method: string, name: string | undefined, made: Known): void {
    const byName = this.#byMethod.get(method) ?? new Map<string | undefined, Known[]>()
    this.#byMethod.set(method, byName)
    const known = byName.get(name)
    if (known) known.push(made)
    else byName.set(name, [made])
    this.#count++
  }
}

function isSame(one: OperationOptions, other: OperationOptions): boolean {
  return (
    one.kind === other.kind && one.transport === other.transport && one.serverAddress === other.serverAddress
  )
}
