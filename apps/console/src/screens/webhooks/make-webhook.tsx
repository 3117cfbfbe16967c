import { useState } from 'react'
import { CallButton } from '../../kit/call-button.tsx'
import { TypedForm } from '../../kit/typed-form.tsx'
import { useMakeWebhook } from './queries.ts'
import { SecretQuestion } from './secret-question.tsx'
import { texts } from './texts.ts'
import { enteredWebhook, WebhookFields } from './webhook-fields.tsx'

/** Makes a webhook, and shows its secret once. */
export function MakeWebhook() {
  const { mutate: make, isPending } = useMakeWebhook()
  const [secret, setSecret] = useState<string>()
  const submit = (form: HTMLFormElement) =>
    make(
      { webhook: enteredWebhook(form) },
      {
        onSuccess: (made) => {
          setSecret(made.secret)
          form.reset()
        },
      },
    )
  return (
    <section className="card" aria-label={texts.make}>
      <h2>{texts.make}</h2>
      <p className="small muted">{texts.means}</p>
      <TypedForm name="webhook" className="filters" isBusy={isPending} onSubmit={submit}>
        <WebhookFields />
        <CallButton isMain isBusy={isPending}>
          {texts.confirm}
        </CallButton>
      </TypedForm>
      <SecretQuestion secret={secret} onClose={() => setSecret(undefined)} />
    </section>
  )
}
