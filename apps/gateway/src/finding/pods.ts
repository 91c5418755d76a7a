import { isIPv6 } from 'node:net'
import type { V1EndpointSlice } from '@kubernetes/client-node'
import type { KubernetesConfig } from '../config.ts'
import type { Found } from './members.ts'

/** What a slice says of one address. */
export interface Address {
  readonly url: string
  readonly isIPv6: boolean
  /** The same for all addresses of one pod; undefined for what is no pod, or is not said to be one. */
  readonly pod: string | undefined
  readonly isReady: boolean
  readonly isDraining: boolean
}

export function addressesIn(slice: V1EndpointSlice, { port, path }: KubernetesConfig): Address[] {
  const number = typeof port === 'number' ? port : slice.ports?.find(({ name }) => name === port)?.port
  if (number === undefined) return []
  return (slice.endpoints ?? []).flatMap(({ addresses, conditions, targetRef }) =>
    addresses.map((address) => ({
      url: `http://${isIPv6(address) ? `[${address}]` : address}:${number}${path}`,
      isIPv6: isIPv6(address),
      pod: targetRef?.uid === undefined ? undefined : `${targetRef.uid} ${number}`,
      // Absent means ready (EndpointConditions of discovery.k8s.io/v1).
      isReady: conditions?.ready !== false,
      isDraining: conditions?.terminating === true,
    })),
  )
}

/**
 * The instances at these addresses. A pod is one, although a slice of each family names it: two would have twice its share,
 * and its bounds twice.
 */
export function instancesAt(addresses: readonly Address[]): Found[] {
  const pods = new Map<string | symbol, [Address, ...Address[]]>()
  for (const address of addresses) {
    const pod = address.pod ?? Symbol()
    const known = pods.get(pod)
    if (known) known.push(address)
    else pods.set(pod, [address])
  }
  return [...pods.values()].flatMap(instanceOf)
}

/** One that serves; one that terminates is draining, whatever it still answers. */
function instanceOf(pod: [Address, ...Address[]]): Found[] {
  // Its address does not change with what slices say of it one after the other.
  const { url } = pod.find((address) => !address.isIPv6) ?? pod[0]
  const isDraining = pod.some((address) => address.isDraining)
  const isReady = pod.some((address) => address.url === url && address.isReady)
  return isReady || isDraining ? [{ url, isDraining }] : []
}
