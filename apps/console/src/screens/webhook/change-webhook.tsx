import type { Webhook } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import type { FormEvent } from 'react'
import { Button } from 'react-aria-components'
import { showToast } from '../../shell/toast.tsx'
import { enteredWebhook, WebhookFields } from '../webhooks/webhook-fields.tsx'
import { useChangeWebhook } from './queries.ts'
import { texts } from './texts.ts'

/** A form that changes address, description and types of a webhook. */
export function ChangeWebhook({ webhook }: { readonly webhook: Webhook }) {
  const { mutate: change, isPending } = useChangeWebhook()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    change(
      {
        webhook: { id: webhook.id, ...enteredWebhook(event.currentTarget) },
        updateMask: { paths: ['url', 'description', 'event_types'] },
      },
      { onSuccess: () => showToast(texts.saved) },
    )
  }
  return (
    <details>
      <summary>{texts.change}</summary>
      <form className="filters" aria-label={texts.change} onSubmit={submit}>
        <WebhookFields before={webhook} />
        <Button className="button" data-kind="accent" type="submit" isDisabled={isPending}>
          {texts.save}
        </Button>
      </form>
    </details>
  )
}
