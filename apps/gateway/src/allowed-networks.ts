import { type AddressGuard, addressGuard } from '@atoll/client'
import { z } from 'zod'
import { type ServerConfig, urlsOf } from './config.ts'

export const NetworksConfig = z.object({
  /** Where servers may be beside public addresses, unless configuration names the very address. */
  GATEWAY_ALLOWED_NETWORKS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== ''),
    )
    .superRefine((networks, { addIssue }) => {
      for (const network of networks) {
        if (!isNetwork(network))
          addIssue({
            code: 'custom',
            message: `must be networks such as 10.0.0.0/8 or fd00::/8, separated by commas; "${network}" is none`,
          })
      }
    }),
})

/**
 * Which addresses the instances of one server may have. What the operator wrote down as an address is taken as it is;
 * what DNS answers, a cluster lists or an instance registers must be in an allowed network.
 */
export function guardFor(server: ServerConfig, networks: readonly string[]): AddressGuard {
  return addressGuard({ networks, named: urlsOf(server).map((url) => new URL(url).hostname) })
}

function isNetwork(text: string): boolean {
  try {
    addressGuard({ networks: [text] })
    return true
  } catch {
    return false
  }
}
