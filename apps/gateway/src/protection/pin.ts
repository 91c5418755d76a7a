import { z } from 'zod'

/** The definition of a tool that callers are shown as it is: the first that was seen, or the last that somebody accepted. */
export const Pin = z.object({
  server: z.string(),
  /** As its server calls it. */
  tool: z.string(),
  hash: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and a hash in hex'),
  /** What was hashed; without it a difference cannot be shown. */
  definition: z.record(z.string(), z.unknown()).optional(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Who accepted it; nobody did what was taken at first sight. */
  by: z.string().optional(),
})
export type Pin = z.output<typeof Pin>

/** Names a tool of a server. */
export function keyOf({ server, tool }: Pick<Pin, 'server' | 'tool'>): string {
  return `${server} ${tool}`
}

/**
 * Whether a pin counts more than another of the same tool. What somebody accepted counts more than what was only seen; of the
 * accepted the last, of the seen the first, so that replicas that start together agree.
 */
export function isStronger(pin: Pin, than: Pin | undefined): boolean {
  if (!than) return true
  if ((pin.by === undefined) !== (than.by === undefined)) return pin.by !== undefined
  return pin.by === undefined ? pin.at < than.at : pin.at > than.at
}
