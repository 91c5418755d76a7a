import type { Problems } from '@atoll/csv-import'
import { FILES, type Kind, type Member, type Roster, UNIQUE } from './roster.ts'

/** Find rows that contradict each other or what is on record: unknown references, doubles, circles of managers. */
export function checkRoster(roster: Roster, problems: Problems): void {
  for (const kind of ['department', 'employee'] as const) {
    checkReferences(roster, kind, problems)
    checkUnique(roster, kind, problems)
  }
  checkCircles(roster, problems)
}

function checkReferences(roster: Roster, kind: Kind, problems: Problems): void {
  for (const { line, refersTo } of roster.members(kind)) {
    if (line === undefined) continue
    for (const [column, target] of Object.entries(refersTo)) {
      if (!target.id || roster.knows(target.kind, target.id)) continue
      problems.add(FILES[kind], line, `${column} ${target.id} is no ${target.kind}, here or on record`)
    }
  }
}

function checkUnique(roster: Roster, kind: Kind, problems: Problems): void {
  const owners = new Map<string, Member>()
  for (const member of roster.members(kind)) {
    const owner = owners.get(member.unique)
    owners.set(member.unique, owner ?? member)
    if (!owner) continue
    const [late, early] = (member.line ?? 0) > (owner.line ?? 0) ? [member, owner] : [owner, member]
    const where =
      early.line === undefined ? `is that of ${early.id} on record` : `is on line ${early.line} already`
    problems.add(FILES[kind], late.line ?? 1, `${UNIQUE[kind]} ${member.unique} ${where}`)
  }
}

const SHOWN = 10

/** Walk up from everybody once; meeting the own path again is a circle. */
function checkCircles(roster: Roster, problems: Problems): void {
  const done = new Set<string>()
  for (const { id } of roster.members('employee')) {
    const path: string[] = []
    const onPath = new Set<string>()
    let current: string | null | undefined = id
    while (current && !done.has(current) && !onPath.has(current)) {
      path.push(current)
      onPath.add(current)
      current = roster.get('employee', current)?.refersTo.manager_id?.id
    }
    if (current && onPath.has(current)) report(roster, path.slice(path.indexOf(current)), problems)
    for (const member of path) done.add(member)
  }
}

function report(roster: Roster, circle: readonly string[], problems: Problems): void {
  const first = circle.reduce((line, id) => Math.min(line, lineOf(roster, id)), Number.POSITIVE_INFINITY)
  const shown = circle.length > SHOWN ? [...circle.slice(0, SHOWN), '…'] : circle
  problems.add(FILES.employee, first, `manager_id makes a circle: ${[...shown, circle[0]].join(' > ')}`)
}

function lineOf(roster: Roster, id: string): number {
  return roster.get('employee', id)?.line ?? Number.POSITIVE_INFINITY
}
