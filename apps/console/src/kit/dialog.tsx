import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { inReadingOrder } from './reading-order.ts'

interface Props {
  readonly title: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: React.ReactNode
}

/** A modal dialog with a question. Escape and a click outside close it; then the focus returns to the element that had it before. */
export function Question({ title, isOpen, onClose, children }: Props) {
  return (
    <ModalOverlay className="modal-ground" isOpen={isOpen} onOpenChange={(open) => open || onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title" level={2}>
            {inReadingOrder(title)}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
