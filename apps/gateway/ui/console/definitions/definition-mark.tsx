import type { Definition } from '../api/model.ts'
import { StateMark } from '../parts/state-mark.tsx'

/** Whether a tool is what was pinned, with the hash of what it is. */
export function DefinitionMark({ definition }: { definition: Definition | undefined }) {
  if (!definition) return <span className="faint">not seen yet</span>
  const { state, quarantined, hash } = definition
  return (
    <>
      <code title={hash}>{shortHash(hash)}</code>
      {state !== 'pinned' && (
        <>
          {' '}
          <StateMark mark={quarantined ? 'bad' : 'warning'}>{stateWord(definition)}</StateMark>
        </>
      )}
    </>
  )
}

export function stateWord({ state, quarantined }: Definition): string {
  if (quarantined) return 'in quarantine'
  return { pinned: 'pinned', drifted: 'changed', suspicious: 'suspicious' }[state]
}

/** Twelve digits, as `atoll pins` shows them. */
export function shortHash(hash: string): string {
  return hash.replace(/^sha256:/, '').slice(0, 12)
}
