import { entryOfSpelling } from '../canonical-uri.ts'
import { matches, type Route } from '../fleet.ts'

/** Whether a URI is below another, both in their one spelling. */
export function isWithin(uri: string, whole: string): boolean {
  return uri.startsWith(whole.endsWith('/') ? whole : `${whole}/`)
}

/** Where a part of a resource leads: what its server lists it as; else, what is known of the whole holds for it. */
export function partOf({ upstream, entry: whole }: Route, spelling: string): Route {
  const resources = upstream.shared('resources')
  const listed = resources && entryOfSpelling(resources, spelling)
  if (listed) return { upstream, original: listed.original, entry: listed }
  const templates = upstream.shared('resourceTemplates')?.entries
  const entry = templates?.find(({ original }) => matches(original, spelling)) ?? whole
  return { upstream, original: spelling, entry }
}
