import type { Problems } from '@atoll/csv-import'

/** An employee or a department, as far as other rows refer to it. */
export interface Member {
  id: string
  /** Where the file has it; undefined for what is only on record. */
  line?: number | undefined
  /** What nobody else may have: the e-mail address, or the name of a department. */
  unique: string
  /** Of an employee, when known. */
  leftOn?: string | null | undefined
  refersTo: Readonly<Record<string, { kind: Kind; id: string | null | undefined }>>
}

export type Kind = 'department' | 'employee'

export const FILES: Record<Kind, string> = { department: 'departments.csv', employee: 'employees.csv' }
export const UNIQUE: Record<Kind, string> = { department: 'name', employee: 'email' }

/** What there will be after the import: what is on record, overlaid by the rows of the files. */
export class Roster {
  readonly #members: Record<Kind, Map<string, Member>> = { department: new Map(), employee: new Map() }
  /** Ids of bad rows: they exist, as far as references are concerned. */
  readonly #lost: Record<Kind, Set<string>> = { department: new Set(), employee: new Set() }
  #lostUnknown = false

  /** Answers false, and adds a problem, when the file has the id already. */
  add(kind: Kind, member: Member, problems: Problems): boolean {
    const before = this.#members[kind].get(member.id)
    if (member.line !== undefined && before?.line !== undefined) {
      problems.add(FILES[kind], member.line, `id ${member.id} is on line ${before.line} already`)
      return false
    }
    this.#members[kind].set(member.id, member)
    return true
  }

  /** Remember a bad row; without an id, any id may have been in it. */
  lose(kind: Kind, id: string | undefined): void {
    if (id === undefined || id === '') this.#lostUnknown = true
    else this.#lost[kind].add(id)
  }

  members(kind: Kind): Iterable<Member> {
    return this.#members[kind].values()
  }

  get(kind: Kind, id: string): Member | undefined {
    return this.#members[kind].get(id)
  }

  /** Whether an id is known, or may have stood in a bad row. */
  knows(kind: Kind, id: string): boolean {
    return this.#lostUnknown || this.#members[kind].has(id) || this.#lost[kind].has(id)
  }
}
