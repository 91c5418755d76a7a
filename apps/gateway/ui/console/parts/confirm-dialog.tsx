import type { ReactNode } from 'react'
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'

export interface ConfirmDialogProps {
  readonly title: string
  /** What the button that goes on says. */
  readonly action: string
  readonly isOpen: boolean
  readonly isReady?: boolean
  readonly children: ReactNode
  onConfirm(): void
  onClose(): void
}

/** Asks before something that may not be undone. Escape and Cancel leave everything as it is. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, action, isOpen, isReady = true, children, onConfirm, onClose } = props
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={(open) => open || onClose()}>
      <Modal className="modal">
        <Dialog role="alertdialog" className="dialog">
          <Heading slot="title">{title}</Heading>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              if (isReady) onConfirm()
            }}
          >
            {children}
            <div className="actions">
              <Button onPress={onClose}>Cancel</Button>
              <Button type="submit" className="strong danger" isDisabled={!isReady}>
                {action}
              </Button>
            </div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
