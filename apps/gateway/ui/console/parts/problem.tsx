import { wordsOf } from '../api/ask.ts'

/** Says what went wrong, aloud too. */
export function Problem({ error }: { error: unknown }) {
  return error === undefined ? null : (
    <p className="problem" role="alert">
      {wordsOf(error)}
    </p>
  )
}
