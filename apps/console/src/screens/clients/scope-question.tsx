import type { Client } from '@assay/contracts/assay/client/v1/client_service_pb'
import type { FormEvent } from 'react'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { Question } from '../../kit/dialog.tsx'
import { showToast } from '../../shell/toast.tsx'
import { ReaderScopeFields, useReaderScope } from '../settings/reader-scope-fields.tsx'
import { useScopeClient } from './queries.ts'
import { texts } from './texts.ts'

interface Props {
  readonly client: Client
  readonly onClose: () => void
}

/** Asks for the scope of a client: attributes, a manager with all people below, applications. */
export function ScopeQuestion({ client: { clientId, readerScope }, onClose }: Props) {
  const { scope: entered, entered: fields, clear } = useReaderScope(clientId, readerScope)
  // Also when the user closes the question while the call runs.
  const { mutate: scope, isPending } = useScopeClient(() => {
    showToast(texts.scoped)
    clear()
  })
  const close = () => {
    clear()
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isPending) return
    scope({ clientId, readerScope: entered }, { onSuccess: onClose })
  }
  return (
    <Question title={texts.scopeTitle} isOpen onClose={onClose}>
      <p>{texts.scopeMeans}</p>
      <form className="stack" aria-busy={isPending} onSubmit={submit}>
        <ReaderScopeFields entered={fields} />
        <div className="row">
          <CallButton isMain isBusy={isPending}>
            {texts.save}
          </CallButton>
          <Button className="button" onPress={close}>
            {texts.cancel}
          </Button>
        </div>
      </form>
    </Question>
  )
}
