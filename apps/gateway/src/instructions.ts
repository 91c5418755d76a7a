import type { Upstream } from './upstream.ts'

/** Characters of one server's instructions that are handed on. */
const LONGEST = 4000

const INTRODUCTION =
  'Several servers answer here as one. Tools and prompts are called <server>__<name>; resources have URIs that ' +
  'begin with <server>+. Where a text names a tool without its server, it means the one of the same server.'

const ALONE = 'Tools, prompts and resources have the names that their server gives them.'

/** For the model: how names are made, then what each server says of itself. */
export function instructionsOf(upstreams: readonly Upstream[]): string {
  const parts = upstreams.flatMap(({ name, discovery }) => {
    const text = discovery?.instructions?.trim()
    return text ? [`# ${name}\n\n${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}`] : []
  })
  const plain = upstreams.find(({ exposure }) => exposure.isPlain)
  const others = upstreams.length > 1 || !plain ? [INTRODUCTION] : []
  const exception = plain
    ? [others.length > 0 ? `Those of ${plain.name} have no such beginning.` : ALONE]
    : []
  return [[...others, ...exception].join(' '), ...parts].join('\n\n')
}
