import { entryOfSpelling } from '../canonical-uri.ts'
import { matches, type Route } from '../fleet.ts'

/** Whether a URI is below another, both in their one spelling. */
export function isWithin(uri: string, whole: string): boolean {
  return uri.startsWith(whole.endsWith('/') ? whole : `${whole}/`)
}

/** Where a part of a resource leads, as whoever reads it is led. */
export function partOf({ upstream }: Route, spelling: string): Route {
  const resources = upstream.shared('resources')
  const listed = resources && entryOfSpelling(resources, spelling)
  if (listed) return { upstream, original: listed.original, entry: listed }
  const templates = upstream.shared('resourceTemplates')?.entries
  const entry = templates?.find(({ original }) => matches(original, spelling))
  return { upstream, original: spelling, entry }
}
