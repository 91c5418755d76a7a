import type { ConnectContext, Connected } from '@atoll/server-kit'

/** How a test opens a server's dependencies itself: for what they do in the background. */
// biome-ignore lint/suspicious/noExplicitAny: the audience is the domain's own, which `connect` of the domain knows
export type Connect<Deps> = (context: ConnectContext<any>) => Promise<Connected<Deps>>
