import type { Operation, Telemetry } from '@atoll/telemetry'

export type Operations = (method: string, name: string | undefined) => Operation

/** Made once per method and name, by the telemetry: a span's name and attributes are the same for every call. */
export function clientOperations(telemetry: Telemetry, { hostname, port, protocol }: URL): Operations {
  const serverPort = Number(port) || (protocol === 'https:' ? 443 : 80)
  const about = { kind: 'client', serverAddress: hostname, serverPort } as const
  return (method, name) => telemetry.operation(method, name, about)
}
