import type { Operation, Telemetry } from '@atoll/telemetry'

const MAX_OPERATIONS = 2000

export type Operations = (method: string, name: string | undefined) => Operation

/** Made once per method and name: what makes a span's name and attributes is the same for every call. */
export function clientOperations(telemetry: Telemetry, { hostname, port, protocol }: URL): Operations {
  const serverPort = Number(port) || (protocol === 'https:' ? 443 : 80)
  const about = { kind: 'client', serverAddress: hostname, serverPort } as const
  const made = new Map<string, Operation>()
  return (method, name) => {
    const key = name === undefined ? method : `${method} ${name}`
    const known = made.get(key)
    if (known) return known
    const operation = telemetry.operation(method, name, about)
    // The telemetry bounds what it keeps; names that do not fit share one operation.
    if (made.size < MAX_OPERATIONS) made.set(key, operation)
    return operation
  }
}
