/** Good, doubtful, bad or not known: told by shape as much as by colour. */
export type Mark = 'good' | 'warning' | 'bad' | 'unknown'

const SHAPES: Readonly<Record<Mark, string>> = {
  // A disc, a triangle, a cross and a ring.
  good: 'M7 1.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11Z',
  warning: 'M7 1 13.5 12.5H.5Z',
  bad: 'M3 .8 7 4.8 11 .8 13.2 3 9.2 7l4 4-2.2 2.2-4-4-4 4L.8 11l4-4-4-4Z',
  unknown: 'M7 1.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11Zm0 2.5a3 3 0 1 0 0 6a3 3 0 1 0 0-6Z',
}

export function StateMark({ mark, children }: { mark: Mark; children: string }) {
  return (
    <span className={`mark ${mark}`}>
      <svg viewBox="0 0 14 14" width="12" height="12" aria-hidden="true" focusable="false">
        <path d={SHAPES[mark]} fillRule="evenodd" />
      </svg>
      {children}
    </span>
  )
}
