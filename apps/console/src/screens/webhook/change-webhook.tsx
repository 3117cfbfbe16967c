import type { Webhook } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { useState } from 'react'
import { CallButton } from '../../kit/call-button.tsx'
import { TypedForm } from '../../kit/typed-form.tsx'
import { showToast } from '../../shell/toast.tsx'
import { typedValue } from '../../shell/typed.ts'
import { enteredWebhook, WebhookFields } from '../webhooks/webhook-fields.tsx'
import { useChangeWebhook } from './queries.ts'
import { texts } from './texts.ts'

/** A form that changes address, description and types of a webhook. */
export function ChangeWebhook({ webhook }: { readonly webhook: Webhook }) {
  const { mutate: change, isPending } = useChangeWebhook()
  const name = `webhook:${webhook.id}`
  const [isOpen] = useState(() => typedValue(name) !== undefined)
  const submit = (form: HTMLFormElement, sent: () => void) =>
    change(
      {
        webhook: { id: webhook.id, ...enteredWebhook(form) },
        updateMask: { paths: ['url', 'description', 'event_types'] },
      },
      {
        onSuccess: () => {
          sent()
          showToast(texts.saved)
        },
      },
    )
  return (
    <details open={isOpen}>
      <summary>{texts.change}</summary>
      <TypedForm name={name} className="filters" aria-label={texts.change} isBusy={isPending} onSubmit={submit}>
        <WebhookFields before={webhook} />
        <CallButton isMain isBusy={isPending}>
          {texts.save}
        </CallButton>
      </TypedForm>
    </details>
  )
}
