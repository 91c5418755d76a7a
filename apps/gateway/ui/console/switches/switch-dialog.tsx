import { useState } from 'react'
import { ask } from '../api/ask.ts'
import { useLive } from '../live/use-live.ts'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { Problem } from '../parts/problem.tsx'

export interface SwitchDialogProps {
  /** `tool:…`, `server:…` or `tenant:…`. */
  readonly what: string
  readonly disabled: boolean
  readonly isOpen: boolean
  onDone(): void
  onClose(): void
}

/** Asks why, then disables or enables. Callers are told the reason. */
export function SwitchDialog({ what, disabled, isOpen, onDone, onClose }: SwitchDialogProps) {
  const { reload } = useLive()
  const [reason, setReason] = useState('')
  const [error, setError] = useState<unknown>()
  const [isSending, setSending] = useState(false)

  async function send(): Promise<void> {
    setSending(true)
    try {
      const given = reason.trim()
      await ask('switches', { body: { what, disabled, ...(given !== '' && { reason: given }) } })
      setReason('')
      setError(undefined)
      onDone()
      reload().catch(() => {})
    } catch (failure) {
      setError(failure)
    } finally {
      setSending(false)
    }
  }

  return (
    <ConfirmDialog
      title={`${disabled ? 'Disable' : 'Enable'} ${what}?`}
      action={disabled ? 'Disable' : 'Enable'}
      isOpen={isOpen}
      isReady={!isSending && (!disabled || reason.trim().length >= 3)}
      onConfirm={() => void send()}
      onClose={onClose}
    >
      <p>
        {disabled
          ? 'At once and on all replicas: calls are refused, with your reason.'
          : 'Calls are let through again.'}
      </p>
      <label>
        <span>Reason{disabled ? ', which callers are told' : ''}</span>
        <input
          type="text"
          value={reason}
          maxLength={300}
          autoComplete="off"
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      <Problem error={error} />
    </ConfirmDialog>
  )
}
