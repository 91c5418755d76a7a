import { type Context, terminalOn } from '../context.ts'
import { startFleet } from '../fleet/start-fleet.ts'

export async function start(context: Context): Promise<void> {
  await startFleet(context.settings, terminalOn(context))
}
