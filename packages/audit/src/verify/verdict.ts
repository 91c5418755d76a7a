/** Something in a chain that no honest writer leaves behind. */
export interface Problem {
  readonly kind:
    | 'changed'
    | 'missing'
    | 'moved'
    | 'replaced'
    | 'cut'
    | 'signature'
    | 'unsigned'
    | 'unreadable'
    | 'expired'
  /** In words, naming the record. */
  readonly message: string
  readonly file: string
  /** From 1; undefined where it is about a whole file. */
  readonly line?: number | undefined
  readonly seq?: number | undefined
}

/** What was found of one writer's chain. */
export interface Verdict {
  readonly writer: string
  readonly segments: number
  /** Lines that were looked at. */
  readonly records: number
  readonly first: number | undefined
  readonly last: number | undefined
  /** The last record that a good signature vouches for. */
  readonly signedThrough: number | undefined
  /** Records that were emptied, or removed with their segments, because of their age. */
  readonly expired: number
  /** `closed`: by its writer; `open`: it is being written, or its process was killed; `torn`: killed in the middle of a line. */
  readonly end: 'closed' | 'open' | 'torn'
  /** Ids of the keys whose signatures were good, and whether the caller named all of them. */
  readonly keys: readonly string[]
  readonly isVouched: boolean
  /** The first ones, at most a hundred. */
  readonly problems: readonly Problem[]
}
