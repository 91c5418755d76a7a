/**
 * The URL of a database whose one tenant is to be planned for as one of many: that all rows are its own here must not
 * make reading whole tables the quickest.
 */
export function amongMany(url: string): string {
  const changed = new URL(url)
  changed.searchParams.set('options', '-c enable_seqscan=off')
  return changed.href
}
