import type { LimitsFile } from './limits-schema.ts'

/** Units that one call of a tool costs: as the file says for it, for its server, as the server says, or 1. */
export function costOf(
  tool: string,
  server: string,
  listed: number | undefined,
  { costs: { tools } }: Pick<LimitsFile, 'costs'>,
): number {
  const named = (name: string) => (Object.hasOwn(tools, name) ? tools[name] : undefined)
  return named(tool) ?? named(`${server}__*`) ?? listed ?? 1
}
